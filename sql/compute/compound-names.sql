create view compound_names as
select compound_id, compound_name from compounds
union all
select compound_id, compound_name from other_compounds;
