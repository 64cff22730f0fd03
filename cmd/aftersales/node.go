package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"aftersales/eventstore/node"
)

// nodeCommand is the event store alone, for several processes to share.
type nodeCommand struct {
	DataDir     string   `name:"data-dir" env:"AFTERSALES_DATA_DIR" default:"./var" help:"Files of the embedded Postgres."`
	DatabaseURL string   `name:"database-url" env:"AFTERSALES_NODE_DATABASE_URL" help:"Postgres of the log; empty: a private embedded one."`
	Listen      string   `env:"AFTERSALES_NODE_LISTEN" default:"127.0.0.1:2113" help:"Address of the event store."`
	TLS         bool     `name:"tls" env:"AFTERSALES_NODE_TLS" help:"Encrypt, with a certificate made at each start unless one is given."`
	Cert        string   `env:"AFTERSALES_NODE_CERT" help:"Certificate (PEM file); implies TLS."`
	Key         string   `env:"AFTERSALES_NODE_KEY" help:"Key of the certificate (PEM file)."`
	Users       []string `env:"AFTERSALES_NODE_USERS" sep:";" help:"Users, NAME:PASSWORD or NAME:PASSWORD:GROUP,GROUP, split by semicolons; admin and ops have their groups by name. They need TLS. None: everyone may do everything."`
	LogLevel    string   `name:"log-level" env:"AFTERSALES_LOG_LEVEL" enum:"debug,info,warn,error" default:"warn" help:"debug, info, warn or error."`
}

// Run serves until the context ends.
func (c *nodeCommand) Run(ctx context.Context) (err error) {
	logger := settings{LogLevel: c.LogLevel}.logger()
	users, err := node.ParseUsers(c.Users)
	if err != nil {
		return err
	}
	security, err := c.security()
	if err != nil {
		return err
	}
	p := &parts{}
	defer func() { err = errors.Join(err, p.close()) }()
	database := c.DatabaseURL
	if database == "" {
		if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
			return err
		}
		if database, err = p.startPostgres(ctx, filepath.Join(c.DataDir, "postgres"), logger); err != nil {
			return err
		}
	}
	n, err := node.Open(ctx, node.Config{
		DatabaseURL: database, Listen: c.Listen, Logger: logger, TLS: security, Users: users,
	})
	if err != nil {
		return err
	}
	p.closers = append(p.closers, n.Close)
	fmt.Fprintf(os.Stderr, "aftersales: event store on %s\n", n.URL())
	<-ctx.Done()
	return nil
}

// security is nil for plain text.
func (c *nodeCommand) security() (*tls.Config, error) {
	switch {
	case c.Cert != "" || c.Key != "":
		return node.LoadTLS(c.Cert, c.Key)
	case c.TLS:
		host, _, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return nil, err
		}
		return node.SelfSigned("localhost", cmp.Or(host, "127.0.0.1"))
	}
	return nil, nil
}
