drop table compound_uses;
drop table most_used;
drop table by_experiments;
drop table by_compound_uses;
drop table by_most_used;
