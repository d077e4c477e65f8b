-- audit_chain
SELECT 1;
