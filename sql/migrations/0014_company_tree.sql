-- company_tree
SELECT 1;
