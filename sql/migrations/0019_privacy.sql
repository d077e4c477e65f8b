-- privacy
SELECT 1;
