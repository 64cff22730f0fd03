-- The group that may read the views, and nothing else. A database user who may
-- not make roles goes without, until "aftersales reporting grant" is run by one
-- who may. A second copy is not to be read: the switch copies the right to the
-- schema when it takes the live one's place.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'aftersales_reporting') THEN
        CREATE ROLE aftersales_reporting NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$;
DO $$ DECLARE name text; BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'aftersales_reporting') THEN
        RETURN;
    END IF;
    IF current_schema() = 'reporting' THEN
        GRANT USAGE ON SCHEMA reporting TO aftersales_reporting;
    END IF;
    FOR name IN SELECT viewname FROM pg_views WHERE schemaname = current_schema() LOOP
        EXECUTE format('GRANT SELECT ON %I TO aftersales_reporting', name);
    END LOOP;
END $$;
