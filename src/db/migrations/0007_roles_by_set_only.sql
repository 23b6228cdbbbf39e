-- Up Migration
-- A policy for a role also serves whoever inherits that role. The login role must not: with inheritance, a statement that
-- forgot SET ROLE would see every row instead of none.

DO $$
DECLARE
  wanted text;
BEGIN
  IF current_setting('server_version_num')::int < 160000 OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RETURN;
  END IF;
  FOREACH wanted IN ARRAY ARRAY['watchword_service', 'watchword_client'] LOOP
    BEGIN
      IF pg_has_role(current_user, wanted, 'USAGE') THEN
        EXECUTE format('GRANT %I TO CURRENT_USER WITH INHERIT FALSE, SET TRUE', wanted);
      END IF;
    EXCEPTION
      -- An administrator granted it, who alone may change it.
      WHEN insufficient_privilege THEN
        RAISE WARNING 'role % is inherited by %: grant it WITH INHERIT FALSE, SET TRUE', wanted, current_user;
      -- Memberships belong to the whole cluster, and another database's migration changed it at this moment.
      WHEN internal_error THEN
        NULL;
    END;
  END LOOP;
END $$;
