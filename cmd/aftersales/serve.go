package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	nethttp "net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"aftersales/aggregates"
	"aftersales/commands"
	"aftersales/commands/mail"
	"aftersales/commands/process"
	"aftersales/commands/webhook"
	"aftersales/http"
	"aftersales/projections"
	"aftersales/projections/candidates"
	"aftersales/projections/deliveries"
	"aftersales/projections/documents"
	"aftersales/projections/due"
	"aftersales/projections/portal"
	"aftersales/projections/reporting"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

// readModels are the projections of this program.
var readModels = []projections.Projection{
	tickets.Projection, documents.Projection, timeline.Projection, portal.Projection, due.Projection,
	candidates.Projection, reporting.Projection,
}

type serveCommand struct {
	settings
	Listen           string    `env:"AFTERSALES_LISTEN" default:"127.0.0.1:8080" help:"HTTP address."`
	AdminToken       string    `name:"admin-token" env:"AFTERSALES_ADMIN_TOKEN" help:"First admin token; empty: one made and kept in the data folder."`
	PublicURL        string    `name:"public-url" env:"AFTERSALES_PUBLIC_URL" help:"Base of share and portal links; empty: the HTTP address."`
	ShopURL          string    `name:"shop-url" env:"AFTERSALES_SHOP_URL" help:"Shop that share links lead to; empty: none."`
	SMTPURL          string    `name:"smtp-url" env:"AFTERSALES_SMTP_URL" help:"Mail server (smtp://user:password@host:port, smtps://…); empty: mails are kept as files in the data folder."`
	MailFrom         string    `name:"mail-from" env:"AFTERSALES_MAIL_FROM" help:"Sender of mails; empty: the user of the mail server, or aftersales at its host."`
	RestoreCoupons   bool      `name:"restore-coupons" env:"AFTERSALES_RESTORE_COUPONS" help:"Let a coupon be used again when the order that used it up is cancelled."`
	ReturnsTeam      string    `name:"returns-team" env:"AFTERSALES_RETURNS_TEAM" help:"Id of the team whose ticket a customer opens who asks for a return in the portal and names no ticket; empty: one has to be named."`
	AllowOverCredit  bool      `name:"allow-over-credit" env:"AFTERSALES_ALLOW_OVER_CREDIT" help:"Let credit notes exceed their invoice; the document says by how much."`
	InsecureWebhooks bool      `name:"insecure-webhooks" env:"AFTERSALES_INSECURE_WEBHOOKS" help:"Let webhooks be at addresses without TLS and inside the network: for trying out."`
	OIDC             oidcFlags `embed:"" prefix:"oidc-"`
	RateLimit        float64   `name:"rate-limit" env:"AFTERSALES_RATE_LIMIT" default:"1000" help:"Requests a caller may send in a second, for long; for a while ten times as many. 0: any number."`
	Partitions       int       `env:"AFTERSALES_PARTITIONS" default:"1" help:"How many transactions at once apply the log to one read model."`
	TracesURL        string    `name:"traces-url" env:"AFTERSALES_TRACES_URL" help:"OpenTelemetry collector for traces (OTLP over HTTP, http://host:4318/v1/traces); empty: nothing is traced."`
	Sample           bool      `help:"Load a small sample into an empty log, once the service is ready."`
}

// oidcFlags name the OpenID provider whose access tokens are accepted.
type oidcFlags struct {
	Issuer    string   `env:"AFTERSALES_OIDC_ISSUER" help:"OpenID provider whose access tokens are accepted beside our own; empty: none."`
	Audience  string   `env:"AFTERSALES_OIDC_AUDIENCE" default:"aftersales" help:"Audience that its tokens must name."`
	Clients   []string `env:"AFTERSALES_OIDC_CLIENTS" help:"Clients (azp or client_id) whose tokens are accepted; empty: all."`
	TokenType string   `env:"AFTERSALES_OIDC_TOKEN_TYPE" default:"at+jwt" help:"Header typ of its access tokens."`
}

func (f oidcFlags) provider() *http.OIDC {
	if f.Issuer == "" {
		return nil
	}
	return &http.OIDC{Issuer: f.Issuer, Audience: f.Audience, Clients: f.Clients, Type: f.TokenType}
}

// Run serves until the context ends, then finishes what it accepted and stops
// its parts.
func (c *serveCommand) Run(ctx context.Context) (err error) {
	logger := c.logger()
	p, err := c.open(ctx, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if err := p.checkLog(ctx); err != nil {
		return err
	}
	return c.serve(ctx, p, logger)
}

func (c *serveCommand) serve(ctx context.Context, p *parts, logger *slog.Logger) (err error) {
	metrics := http.NewMetrics()
	service, err := c.service(p, logger, metrics.Command)
	if err != nil {
		return err
	}
	runner, err := projections.Open(ctx, projections.Config{
		DatabaseURL: p.databaseURL, Store: p.store, Codec: p.codec, Projections: readModels, Logger: logger,
		Partitions: c.Partitions,
	})
	if err != nil {
		return err
	}
	defer runner.Close()
	cursors, err := projections.OpenCursors(ctx, runner.Pool())
	if err != nil {
		return err
	}
	token, err := c.adminToken(c.AdminToken)
	if err != nil {
		return err
	}
	mails, err := c.mails()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	queue, err := deliveries.Open(ctx, runner)
	if err != nil {
		return err
	}
	traces, stopTracing, err := tracer(ctx, c.TracesURL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopTracing(context.WithoutCancel(ctx))) }()
	api := http.New(http.Config{
		Metrics: metrics, Tracer: traces,
		Deliveries: queue, Commands: service, Projections: runner, Store: p.store, Codec: p.codec, AdminToken: token, Logger: logger,
		PublicURL: cmp.Or(c.PublicURL, "http://"+listener.Addr().String()), ShopURL: c.ShopURL,
		Stopping: ctx, OIDC: c.OIDC.provider(), Rate: c.RateLimit,
	})
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	group, background := errgroup.WithContext(background)
	group.Go(func() error { return runner.Run(background) })
	group.Go(func() error {
		return process.Run(background, process.Config{
			Commands: service, Store: p.store, Codec: p.codec, Cursor: cursors, Logger: logger,
		})
	})
	group.Go(func() error {
		release, err := cursors.Hold(background, process.MailsName) // another process may be sending
		if err != nil {
			return ignoreEnd(background, err)
		}
		defer release()
		return process.RunMails(background, process.Config{
			Commands: service, Store: p.store, Codec: p.codec, Cursor: cursors, Logger: logger,
		}, mails)
	})
	group.Go(func() error {
		tick := time.NewTicker(webhookInterval)
		defer tick.Stop()
		return process.RunWebhooks(background, process.Config{
			Commands: service, Store: p.store, Codec: p.codec, Cursor: cursors, Logger: logger,
		}, queue, webhook.NewSender(c.InsecureWebhooks), tick.C)
	})
	group.Go(func() error {
		tick := time.NewTicker(timerInterval)
		defer tick.Stop()
		return process.RunTimers(background, process.TimersConfig{
			Commands: service, Tick: tick.C, Logger: logger,
			Due: func(ctx context.Context, now time.Time, today aggregates.Date) iter.Seq2[aggregates.Ref, error] {
				return due.List(ctx, runner.Pool(), now, today)
			},
		})
	})
	group.Go(func() error { return serveHTTP(ctx, background, stop, listener, api.Limited(), lastRequests) })
	group.Go(func() error { return c.announce(background, "http://"+listener.Addr().String(), token) })
	return group.Wait()
}

// ignoreEnd is the error of a part, nil when the service stops anyway.
func ignoreEnd(background context.Context, err error) error {
	if background.Err() != nil {
		return nil
	}
	return err
}

// mails sends over the configured mail server, or keeps mails as files.
func (c *serveCommand) mails() (mail.Sender, error) {
	if c.SMTPURL != "" {
		return mail.NewSMTP(c.SMTPURL, c.MailFrom)
	}
	return mail.NewFiles(filepath.Join(c.DataDir, "mails"), c.MailFrom)
}

func (c *serveCommand) service(p *parts, logger *slog.Logger, observe func(command, outcome string, took time.Duration)) (*commands.Service, error) {
	secrets, err := c.secrets()
	if err != nil {
		return nil, err
	}
	zone, err := c.zone()
	if err != nil {
		return nil, err
	}
	currency := aggregates.Currency(c.Currency)
	if !aggregates.IsCurrencyCode(c.Currency) { // one that nobody knows yet can be registered
		return nil, fmt.Errorf("currency %q is not three capital letters", c.Currency)
	}
	var returnsTeam uuid.UUID
	if c.ReturnsTeam != "" {
		if returnsTeam, err = uuid.Parse(c.ReturnsTeam); err != nil {
			return nil, fmt.Errorf("the team for returns, %q, is not an id", c.ReturnsTeam)
		}
	}
	return commands.New(commands.Config{
		Observe: observe,
		Store:   p.store, Codec: p.codec, Now: time.Now, Random: rand.Reader, Zone: zone, Company: c.Company,
		Currency: currency, Secrets: secrets, ShopURL: c.ShopURL, Logger: logger,
		InsecureWebhooks: c.InsecureWebhooks, AllowOverCredit: c.AllowOverCredit, RestoreCoupons: c.RestoreCoupons,
		ReturnsTeam: returnsTeam,
	}), nil
}

// webhookInterval is how long after its time a message may be tried again.
const webhookInterval = 2 * time.Second

// timerInterval is how long after its time something that is due may happen.
const timerInterval = time.Minute

// lastRequests is how long running requests may go on once the service stops.
const lastRequests = 20 * time.Second

// serveHTTP serves until ctx ends or another part fails, then lets running
// requests finish before it stops the rest; who takes longer is cut.
func serveHTTP(ctx, background context.Context, stop func(), l net.Listener, server *nethttp.Server, last time.Duration) error {
	finished := make(chan error, 1)
	go func() {
		select {
		case <-ctx.Done():
		case <-background.Done():
		}
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), last)
		defer cancel()
		err := server.Shutdown(grace)
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
		finished <- err
		stop()
	}()
	if err := server.Serve(l); !errors.Is(err, nethttp.ErrServerClosed) {
		return err
	}
	return <-finished
}

// announce waits until the service is ready, loads the sample if asked, and
// says where everything is.
func (c *serveCommand) announce(ctx context.Context, url, token string) error {
	if err := waitReady(ctx, url); err != nil {
		return nil //nolint:nilerr // the service stops before it was ready, for a reason told elsewhere
	}
	if c.Sample {
		if err := loadSample(ctx, url, token); err != nil {
			return fmt.Errorf("sample: %w", err)
		}
	}
	where := "as configured"
	if c.AdminToken == "" {
		where = "in " + c.adminTokenFile()
	}
	fmt.Fprintf(os.Stderr, "aftersales: ready on %s, admin token %s\n", url, where)
	return nil
}

// waitReady asks the service whether it is ready until it is.
func waitReady(ctx context.Context, url string) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := nethttp.NewRequestWithContext(ctx, nethttp.MethodGet, url+"/readyz", nil)
		if err != nil {
			return err
		}
		if resp, err := nethttp.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close() // nothing of it was read
			if resp.StatusCode == nethttp.StatusOK {
				return nil
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
