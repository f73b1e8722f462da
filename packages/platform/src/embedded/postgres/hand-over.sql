-- What to run, in order, so that the role $1 owns all of this database that some other role owns: earlier versions
-- made everything as the superuser. What belongs to an extension stays with it. REASSIGN OWNED refuses to take from
-- the first superuser, because the catalogs are that role's too.
WITH
  owner AS (SELECT oid FROM pg_roles WHERE rolname = $1),
  schemas AS (
    SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  ),
  of_extensions AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
  others AS (
    SELECT 1 AS step, 'SCHEMA' AS kind, quote_ident(nspname) AS name, 'pg_namespace'::regclass AS classid, oid
    FROM schemas WHERE nspowner NOT IN (SELECT oid FROM owner UNION ALL SELECT 'pg_database_owner'::regrole)
    UNION ALL
    -- Also views and sequences; a sequence of a column goes with its table, and so do indexes.
    SELECT 2, 'TABLE', c.oid::regclass::text, 'pg_class'::regclass, c.oid
    FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND relowner NOT IN (SELECT oid FROM owner)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
        AND relkind = 'S' AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
    UNION ALL
    SELECT 3, 'ROUTINE', p.oid::regprocedure::text, 'pg_proc'::regclass, p.oid
    FROM pg_proc p JOIN schemas s ON s.oid = p.pronamespace WHERE proowner NOT IN (SELECT oid FROM owner)
    UNION ALL
    -- Types of their own: the row types of tables and the types of arrays go with what they are of.
    SELECT 4, 'TYPE', t.oid::regtype::text, 'pg_type'::regclass, t.oid
    FROM pg_type t JOIN schemas s ON s.oid = t.typnamespace
    WHERE typowner NOT IN (SELECT oid FROM owner)
      AND (typtype IN ('e', 'd', 'r') OR typtype = 'c'
        AND EXISTS (SELECT FROM pg_class c WHERE c.oid = typrelid AND relkind = 'c'))
  )
SELECT format('ALTER %s %s OWNER TO %I', kind, name, $1) AS statement
FROM others WHERE (classid, oid) NOT IN (SELECT classid, objid FROM of_extensions)
ORDER BY step, name
