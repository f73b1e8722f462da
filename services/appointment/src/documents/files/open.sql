-- Opens files for those who may read them, many callers in one statement: each file asked for that exists is
-- recorded in the audit trail, as granted or refused; only the granted ones come back. Grants are judged by
-- this database's clock at this moment. $1 is a JSON array, one object for each question.
WITH asked AS (
  SELECT * FROM jsonb_to_recordset($1::jsonb) AS a (
    place integer, file_id uuid, actor_id uuid, actor_role text, address text, request_id text, action text)
), subject AS MATERIALIZED (
  SELECT a.*, f.appointment_id, f.patient_id,
    CASE a.actor_role
      WHEN 'patient' THEN f.patient_id = a.actor_id
      WHEN 'doctor' THEN EXISTS (
        SELECT 1 FROM file_accesses g WHERE g.file_id = f.id AND g.doctor_id = a.actor_id
          AND g.revoked_at IS NULL AND g.expires_at > now())
      ELSE false
    END AS allowed
  FROM asked a JOIN files f ON f.id = a.file_id
), recorded AS (
  INSERT INTO audit_entries (actor_id, actor_role, address, request_id, action, resource_kind, resource_id,
    appointment_id, patient_id, outcome)
  SELECT actor_id, actor_role, address, request_id, action, 'file', file_id, appointment_id, patient_id,
    CASE WHEN allowed THEN 'granted' ELSE 'refused' END
  FROM subject ORDER BY place
)
SELECT s.place, f.* FROM subject s JOIN files f ON f.id = s.file_id WHERE s.allowed
