-- sessions
SELECT 1;
