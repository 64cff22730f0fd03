package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"aftersales/aggregates/catalogue"
	"aftersales/commands"
	"aftersales/eventstore"
	"aftersales/eventstore/node"
	"aftersales/eventstore/postgres"
)

// settings are where the service's parts are and whose it is.
type settings struct {
	DataDir       string `name:"data-dir" env:"AFTERSALES_DATA_DIR" default:"./var" help:"Files of the embedded parts."`
	DatabaseURL   string `name:"database-url" env:"AFTERSALES_DATABASE_URL" help:"Postgres of the read models; empty: a private embedded one."`
	EventStoreURL string `name:"eventstore-url" env:"AFTERSALES_EVENTSTORE_URL" help:"Event store (esdb://…); empty: the embedded node."`
	Company       string `env:"AFTERSALES_COMPANY" default:"main" help:"Company, in the metadata of every event."`
	Currency      string `env:"AFTERSALES_CURRENCY" default:"EUR" help:"The company's currency."`
	TimeZone      string `name:"time-zone" env:"AFTERSALES_TIME_ZONE" default:"UTC" help:"The company's time zone (IANA name)."`
	SecretKey     string `name:"secret-key" env:"AFTERSALES_SECRET_KEY" help:"Master key, 64 hexadecimal digits; empty: one made and kept in the data folder."`
	LogLevel      string `name:"log-level" env:"AFTERSALES_LOG_LEVEL" enum:"debug,info,warn,error" default:"warn" help:"debug, info, warn or error."`
}

func (s settings) logger() *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // an enum of valid levels
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// parts are the log and the database, embedded or configured.
type parts struct {
	store       *eventstore.Client
	codec       *eventstore.Codec
	databaseURL string
	closers     []func() error
}

// open starts the embedded parts that are not configured, and connects.
func (s settings) open(ctx context.Context, logger *slog.Logger) (_ *parts, err error) {
	p := &parts{databaseURL: s.DatabaseURL}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if p.codec, err = eventstore.NewCodec(catalogue.All()...); err != nil {
		return nil, err
	}
	if err = os.MkdirAll(s.DataDir, 0o755); err != nil {
		return nil, err
	}
	logDatabase := s.DatabaseURL
	if s.DatabaseURL == "" {
		if logDatabase, err = p.startPostgres(ctx, filepath.Join(s.DataDir, "postgres"), logger); err != nil {
			return nil, err
		}
	}
	url := s.EventStoreURL
	if url == "" {
		n, err := node.Open(ctx, node.Config{DatabaseURL: logDatabase, Listen: "127.0.0.1:0", Logger: logger})
		if err != nil {
			return nil, err
		}
		p.closers = append(p.closers, n.Close)
		url = n.URL()
	}
	if p.store, err = eventstore.Dial(ctx, eventstore.Config{URL: url, Logger: logger}); err != nil {
		return nil, err
	}
	p.closers = append(p.closers, p.store.Close)
	return p, nil
}

// startPostgres starts the private Postgres with one database for the log and
// one for the read models, and answers the log's.
func (p *parts) startPostgres(ctx context.Context, dir string, logger *slog.Logger) (string, error) {
	server, err := postgres.Start(ctx, postgres.Config{Dir: dir, Logger: logger})
	if err != nil {
		return "", err
	}
	p.closers = append(p.closers, server.Close)
	for _, name := range []string{"events", "aftersales"} {
		if err := server.EnsureDatabase(ctx, name); err != nil {
			return "", err
		}
	}
	p.databaseURL = server.URL("aftersales")
	return server.URL("events"), nil
}

// close stops the parts, the last started first.
func (p *parts) close() error {
	var errs []error
	for _, stop := range slices.Backward(p.closers) {
		errs = append(errs, stop())
	}
	p.closers = nil
	return errors.Join(errs...)
}

// secrets reads the master key, or makes one on the first start.
func (s settings) secrets() (*commands.Secrets, error) {
	text := s.SecretKey
	if text == "" {
		var err error
		if text, err = keptFile(filepath.Join(s.DataDir, "secret-key"), func() string { return hex.EncodeToString(random(commands.SecretSize)) }); err != nil {
			return nil, err
		}
	}
	key, err := hex.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("the secret key: %w", err)
	}
	return commands.NewSecrets(key)
}

// adminTokenFile is where a generated admin token is kept.
func (s settings) adminTokenFile() string { return filepath.Join(s.DataDir, "admin-token") }

// adminToken is the configured one, or one made on the first start.
func (s settings) adminToken(configured string) (string, error) {
	if configured != "" {
		return configured, nil
	}
	return keptFile(s.adminTokenFile(), func() string { return "afs_admin_" + base64.RawURLEncoding.EncodeToString(random(32)) })
}

// keptFile reads a secret that only the owner may read, and makes it when it is
// missing. A crash never leaves half a secret.
func keptFile(path string, create func() string) (string, error) {
	b, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(b)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	text := create()
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	return text, os.Rename(f.Name(), path)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}

func (s settings) zone() (*time.Location, error) {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone: %w", err)
	}
	return zone, nil
}
