-- accounts
SELECT 1;
