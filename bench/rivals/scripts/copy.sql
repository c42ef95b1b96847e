\copy users from 'users.csv' (format csv, header)
\copy compounds from 'compounds.csv' (format csv, header)
\copy experiments from 'user_experiments.csv' (format csv, header)
