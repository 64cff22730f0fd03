package reporting

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/jackc/pgx/v5"
)

// Group is the Postgres role that may read the views; it cannot log in.
const Group = "aftersales_reporting"

// Errors of Grant.
var (
	// ErrName says that a name is none for a reporting role.
	ErrName = errors.New("the name of a reporting role is 1 to 63 lower-case letters, digits and underscores, a letter first")
	// ErrTaken says that a role of that name is there and not one of ours.
	ErrTaken = errors.New("a database role of that name exists and is no reporting role")
	// ErrNoViews says that the service has never run on the database.
	ErrNoViews = errors.New("the database has no reporting views: start the service first")
)

var validName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// Grant makes a login role that may read the reporting views and nothing else,
// or gives the one of that name a new password. The password is 12 or more
// printable ASCII characters; it reaches the database as a SCRAM secret only.
// The URL's user must be allowed to make roles. In the database, others lose what
// Postgres gives to everybody: temporary tables and, where the user may take it
// away, making objects. Errors: ErrName, ErrPassword, ErrTaken, ErrNoViews, or
// the database's.
func Grant(ctx context.Context, databaseURL, name, password string) error {
	if !validName.MatchString(name) || name == Group {
		return fmt.Errorf("%q: %w", name, ErrName)
	}
	secret, err := scram(password)
	if err != nil {
		return err
	}
	err = within(ctx, databaseURL, func(tx pgx.Tx) error { return grant(ctx, tx, name, secret) })
	if err != nil {
		return fmt.Errorf("grant %s: %w", name, err)
	}
	return nil
}

// Seclude lets only their owner connect to these databases of the server: for a
// private one, where a role of ours need not come near the log.
func Seclude(ctx context.Context, databaseURL string, databases ...string) error {
	err := within(ctx, databaseURL, func(tx pgx.Tx) error {
		for _, name := range databases {
			if _, err := tx.Exec(ctx, `REVOKE CONNECT ON DATABASE `+pgx.Identifier{name}.Sanitize()+` FROM PUBLIC`); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seclude: %w", err)
	}
	return nil
}

// within does something in a transaction on a connection of its own.
func within(ctx context.Context, databaseURL string, do func(pgx.Tx) error) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return pgx.BeginFunc(ctx, conn, do)
}

func grant(ctx context.Context, tx pgx.Tx, name, secret string) error {
	var there, exists, ours bool
	err := tx.QueryRow(ctx, `SELECT to_regclass('reporting.fact_refund') IS NOT NULL,
		EXISTS (SELECT FROM pg_roles WHERE rolname = $1),
		EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member
			WHERE g.rolname = $2 AND r.rolname = $1 AND NOT r.rolsuper AND NOT r.rolcreaterole)`, name, Group).Scan(&there, &exists, &ours)
	switch {
	case err != nil:
		return err
	case !there:
		return ErrNoViews
	case exists && !ours:
		return ErrTaken
	}
	role := pgx.Identifier{name}.Sanitize()
	var database string
	if err := tx.QueryRow(ctx, `SELECT quote_ident(current_database())`).Scan(&database); err != nil {
		return err
	}
	statements := []string{`SET LOCAL search_path = reporting`, access}
	if !exists {
		statements = append(statements, `CREATE ROLE `+role)
	}
	// Settings are a courtesy that the role may change; the rights are what holds.
	statements = append(statements,
		`ALTER ROLE `+role+` LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT CONNECTION LIMIT 10 PASSWORD '`+secret+`'`,
		`ALTER ROLE `+role+` SET search_path = reporting`,
		`ALTER ROLE `+role+` SET default_transaction_read_only = on`,
		`ALTER ROLE `+role+` SET statement_timeout = '5min'`,
		`GRANT `+Group+` TO `+role,
		`GRANT CONNECT ON DATABASE `+database+` TO `+Group,
		`REVOKE TEMPORARY, CREATE ON DATABASE `+database+` FROM PUBLIC`,
		`REVOKE CREATE ON SCHEMA public FROM PUBLIC`,
		withoutLargeObjects,
	)
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// withoutLargeObjects takes from everybody the making of large objects, the one
// way to write that needs no table. Only a superuser can.
const withoutLargeObjects = `DO $$ DECLARE f regprocedure; BEGIN
	IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN RETURN; END IF;
	FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
		AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea') LOOP
		EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
	END LOOP;
END $$`
