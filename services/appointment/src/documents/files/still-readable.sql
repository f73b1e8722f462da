-- Which files may still be read by who opened them, many questions in one statement: by the rule of open.sql, at
-- this moment by this database's clock. Leaves no audit row: the reading was recorded when it began. $1 is a JSON
-- array, one object for each question.
SELECT a.place
FROM jsonb_to_recordset($1::jsonb) AS a (place integer, file_id uuid, actor_id uuid, actor_role text)
JOIN files f ON f.id = a.file_id
WHERE CASE a.actor_role
  WHEN 'patient' THEN f.patient_id = a.actor_id
  WHEN 'doctor' THEN EXISTS (
    SELECT 1 FROM file_accesses g WHERE g.file_id = f.id AND g.doctor_id = a.actor_id
      AND g.revoked_at IS NULL AND g.expires_at > now())
  ELSE false
END
