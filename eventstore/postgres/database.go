package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// URL returns the connection URL of a database, for pgx and libpq. It stays the
// same for the server's life, restarts included, and creates nothing.
func (s *Server) URL(database string) string {
	host := strings.ReplaceAll(url.QueryEscape(s.cluster.socket), "+", "%20") // libpq takes a plus sign for itself
	u := url.URL{
		Scheme: "postgres", User: url.User(superuser), Path: "/" + database,
		RawQuery: "host=" + host + "&port=5432&sslmode=disable",
	}
	return u.String()
}

// Ready waits until the server accepts connections. The error is ErrClosed after
// Close, else ctx's together with the last refusal.
func (s *Server) Ready(ctx context.Context) error {
	return s.await(ctx, func() error { return nil })
}

// await tries to connect until it succeeds, ctx ends, Close is called or the
// caller sees no more hope.
func (s *Server) await(ctx context.Context, hopeless func() error) error {
	// Postgres logs each refusal, so a long recovery is asked ever more rarely.
	for wait := 10 * time.Millisecond; ; wait = min(wait+wait/4, time.Second) {
		if s.closing.Err() != nil {
			return ErrClosed
		}
		err := s.connect(ctx)
		if err == nil {
			return nil
		}
		if fault := hopeless(); fault != nil {
			return fault
		}
		if pause(ctx, wait) != nil {
			if fault := s.exit.Load(); fault != nil {
				err = fault // says more than a refused connection
			}
			return fmt.Errorf("postgres: not ready: %w", errors.Join(ctx.Err(), err))
		}
	}
}

func (s *Server) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL(superuser))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// EnsureDatabase creates a database unless it is there. Two callers may do so at
// once. It waits for a server that is being started again.
func (s *Server) EnsureDatabase(ctx context.Context, name string) error {
	if err := s.Ready(ctx); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, s.URL(superuser))
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	if exists {
		return nil
	}
	_, err = conn.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{name}.Sanitize())
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) && (refusal.Code == "42P04" || refusal.Code == "23505") {
		return nil // another caller was faster
	}
	if err != nil {
		return fmt.Errorf("postgres: create database %q: %w", name, err)
	}
	return nil
}
