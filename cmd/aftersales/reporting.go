package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"aftersales/eventstore/postgres"
	"aftersales/projections/reporting"
)

// reportingCommand is what BI needs.
type reportingCommand struct {
	Grant grantCommand `cmd:"" help:"Make a database role that may read the reporting views and nothing else, or give it a new password."`
}

type grantCommand struct {
	settings
	Name     string `default:"bi" help:"Name of the role."`
	Password string `env:"AFTERSALES_REPORTING_PASSWORD" help:"Its password, 12 or more printable ASCII characters; empty: one made and printed."`
}

// Run makes the role, beside a running service or without one.
func (c *grantCommand) Run(ctx context.Context) (err error) {
	database, closer, err := c.database(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closer()) }()
	if c.DatabaseURL == "" {
		if err := reporting.Seclude(ctx, database, "events", "postgres", "template1"); err != nil {
			return err
		}
	}
	password := cmp.Or(c.Password, rand.Text())
	if err := reporting.Grant(ctx, database, c.Name, password); err != nil {
		return err
	}
	if c.Password == "" {
		fmt.Println("password:", password)
	}
	return printConnection(database, c.Name)
}

// database is where the read models are. The private Postgres is started if no
// service runs on it; closer stops it again.
func (c *grantCommand) database(ctx context.Context) (url string, closer func() error, err error) {
	closer = func() error { return nil }
	if c.DatabaseURL != "" {
		return c.DatabaseURL, closer, nil
	}
	dir := filepath.Join(c.DataDir, "postgres")
	if _, err := os.Stat(dir); err != nil {
		return "", nil, fmt.Errorf("no service has run on the data folder: %w", err)
	}
	server, err := postgres.Start(ctx, postgres.Config{Dir: dir, Logger: c.logger()})
	if _, running := errors.AsType[*postgres.InUseError](err); running {
		url, err = postgres.RunningURL(dir, "aftersales")
		return url, closer, err
	}
	if err != nil {
		return "", nil, err
	}
	return server.URL("aftersales"), server.Close, nil
}

// printConnection says how to connect as the role, without the password.
func printConnection(database, role string) error {
	u, err := url.Parse(database)
	if err != nil || u.Scheme == "" { // words instead of a URL, which libpq takes too
		fmt.Printf("psql user=%s, at the host and database of AFTERSALES_DATABASE_URL\n", role)
		return nil
	}
	u.User = url.User(role)
	fmt.Printf("psql '%s'\n", u)
	return nil
}
