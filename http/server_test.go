package http_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/catalogue"
	"aftersales/commands"
	"aftersales/commands/mail"
	"aftersales/commands/process"
	"aftersales/commands/webhook"
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	api "aftersales/http"
	"aftersales/projections"
	"aftersales/projections/candidates"
	"aftersales/projections/deliveries"
	"aftersales/projections/documents"
	"aftersales/projections/due"
	"aftersales/projections/portal"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

func TestMain(m *testing.M) { eventstoretest.Main(m, everyCodeWasAnswered, removeNPM) }

const adminToken = "the-admin-token"

// m is a JSON object.
type m = map[string]any

// service is the whole program behind its HTTP API: a real event store and
// Postgres, all projections and the process manager at work.
type service struct {
	t     testing.TB
	env   *eventstoretest.Env
	clock atomic.Int64
	keys  atomic.Int64
	url   string
	stop  func()

	handler http.Handler // what is at url, without the network
	limited *http.Server // that serves it

	ticks       chan time.Time // of the timers
	retries     chan time.Time // of the webhooks
	guarded     bool           // webhooks only at public addresses
	projections *projections.Runner

	// What a test may change before the start.
	shopURL        string
	overCredit     bool
	restoreCoupons bool
	returnsTeam    uuid.UUID
	store          func(eventstore.Store) eventstore.Store // that commands write to
	unchecked      bool                                    // answers are not held against openapi.yaml
	zone           *time.Location                          // the company's
	mails          mail.Sender                             // by default files in mailDir
	mailDir        string
	logs           io.Writer // gets the whole log, besides the test
	configure      func(*api.Config)
}

func newService(t testing.TB, change ...func(*service)) *service {
	t.Helper()
	return serviceOn(t, eventstoretest.New(t), change...)
}

func serviceOn(t testing.TB, env *eventstoretest.Env, change ...func(*service)) *service {
	t.Helper()
	s := &service{
		t: t, env: env, ticks: make(chan time.Time), retries: make(chan time.Time), shopURL: "https://shop.example",
		store: func(store eventstore.Store) eventstore.Store { return store },
		zone:  time.UTC, mailDir: t.TempDir(),
	}
	s.mails = must(mail.NewFiles(s.mailDir, ""))(t)
	for _, f := range change {
		f(s)
	}
	s.start()
	t.Cleanup(func() { s.stop() })
	return s
}

// now is a clock of its own, a millisecond later with every look at it, on
// 2026-03-01.
func (s *service) now() time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(s.clock.Add(1)) * time.Millisecond)
}

// start is a new process on the log: nothing remembered.
func (s *service) start() {
	s.t.Helper()
	codec := must(eventstore.NewCodec(catalogue.All()...))(s.t)
	secrets := must(commands.NewSecrets(make([]byte, commands.SecretSize)))(s.t)
	var log slog.Handler = slog.NewTextHandler(s.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})
	if s.logs != nil {
		log = slog.NewMultiHandler(log, slog.NewJSONHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	logger := slog.New(log)
	metrics := api.NewMetrics()
	service := commands.New(commands.Config{
		Observe: metrics.Command,
		Store:   s.store(s.env.Store), Codec: codec, Random: rand.Reader, Zone: s.zone, Company: "main", Currency: "EUR",
		Now: s.now, Secrets: secrets, ShopURL: s.shopURL, Logger: logger, InsecureWebhooks: true,
		AllowOverCredit: s.overCredit, RestoreCoupons: s.restoreCoupons, ReturnsTeam: s.returnsTeam,
	})
	runner := must(projections.Open(eventstoretest.Context(s.t), projections.Config{
		DatabaseURL: s.env.DatabaseURL, Store: s.env.Store, Codec: codec, Logger: logger,
		Projections: []projections.Projection{tickets.Projection, documents.Projection, timeline.Projection, portal.Projection, due.Projection, candidates.Projection},
	}))(s.t)
	cursors := must(projections.OpenCursors(eventstoretest.Context(s.t), runner.Pool()))(s.t)
	queue := must(deliveries.Open(eventstoretest.Context(s.t), runner))(s.t)
	config := api.Config{
		Metrics: metrics, Deliveries: queue, Commands: service, Projections: runner, Store: s.env.Store, Codec: codec, AdminToken: adminToken,
		PublicURL: "https://help.example", ShopURL: s.shopURL, Logger: logger,
	}
	if s.configure != nil {
		s.configure(&config)
	}
	server := httptest.NewUnstartedServer(nil)
	server.Config = api.New(config).Limited()
	s.handler, s.limited = server.Config.Handler, server.Config
	server.Start()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 5)
	go func() { ended <- runner.Run(ctx) }()
	go func() {
		ended <- process.Run(ctx, process.Config{Commands: service, Store: s.env.Store, Codec: codec, Cursor: cursors, Logger: logger})
	}()
	go func() {
		ended <- process.RunMails(ctx, process.Config{Commands: service, Store: s.env.Store, Codec: codec, Cursor: cursors, Logger: logger}, s.mails)
	}()
	go func() {
		ended <- process.RunWebhooks(ctx, process.Config{Commands: service, Store: s.env.Store, Codec: codec, Cursor: cursors, Logger: logger},
			queue, webhook.NewSender(!s.guarded), s.retries)
	}()
	s.url, s.projections = server.URL, runner
	go func() { ended <- process.RunTimers(ctx, s.timers(service, logger)) }()
	s.stop = func() {
		server.Close()
		cancel()
		for range cap(ended) {
			if err := <-ended; err != nil {
				s.t.Errorf("stop: %v", err)
			}
		}
		runner.Close()
	}
}

// restart ends the process and starts another.
func (s *service) restart() {
	s.t.Helper()
	s.stop()
	s.start()
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// id names a document of these tests.
func id(name string) uuid.UUID { return aggregates.DeriveID("http test", name) }

// send sends a request as the admin, under a key of its own, unless options say
// otherwise. Body is nil, a string as it is, or anything as JSON.
func (s *service) send(method, path string, body any, options ...option) answer {
	s.t.Helper()
	r, err := s.request(method, path, body, options...)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.exchange(r)
}

func (s *service) request(method, path string, body any, options ...option) (*http.Request, error) {
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	default:
		encoded, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(eventstoretest.Context(s.t), method, s.url+path, content)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+adminToken)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "key-"+strconv.FormatInt(s.keys.Add(1), 10))
	}
	for _, o := range options {
		o(r)
	}
	return r, nil
}

// exchange sends a request; what fails on the way fails the test. It may run
// in several goroutines.
func (s *service) exchange(r *http.Request) answer {
	a := answer{t: s.t, what: r.Method + " " + r.URL.RequestURI()}
	resp, err := client.Do(r)
	if err != nil {
		s.t.Errorf("%s: %v", a.what, err)
		return a
	}
	defer resp.Body.Close()
	a.status, a.header = resp.StatusCode, resp.Header
	if a.body, err = io.ReadAll(resp.Body); err != nil {
		s.t.Errorf("%s: %v", a.what, err)
		return a
	}
	if strings.Contains(a.header.Get("Content-Type"), "json") && r.Method != http.MethodHead {
		if err := json.Unmarshal(a.body, &a.json); err != nil {
			s.t.Errorf("%s: %v in %s", a.what, err, a.body)
		}
	}
	noteCodes(a)
	if !s.unchecked {
		conforms(s.t, r, a)
	}
	return a
}

// client keeps as many connections as the concurrent tests use, and goes where
// it is told, not where it is led.
var client = &http.Client{
	Transport:     &http.Transport{MaxIdleConnsPerHost: 200},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func (s *service) post(path string, body any, options ...option) answer {
	s.t.Helper()
	a := s.send(http.MethodPost, path, body, options...)
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		s.t.Fatalf("%s: %d %s", a.what, a.status, a.body)
	}
	return a
}

// get reads what must be there. One that waited its 5 s for the read model in
// vain, as on a busy machine, is repeated like Retry-After says.
func (s *service) get(path string, options ...option) answer {
	s.t.Helper()
	a := s.send(http.MethodGet, path, nil, options...)
	for a.status == http.StatusServiceUnavailable && a.text("code") == "projection_behind" {
		a = s.send(http.MethodGet, path, nil, options...)
	}
	if a.status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", a.what, a.status, a.body)
	}
	return a
}

// head is the log's last position and its number of events.
func (s *service) head() (eventstore.Position, int) {
	s.t.Helper()
	events := 0
	for _, err := range s.env.Store.ReadAll(eventstoretest.Context(s.t), 0) {
		if err != nil {
			s.t.Fatal(err)
		}
		events++
	}
	return must(s.env.Store.Head(eventstoretest.Context(s.t)))(s.t), events
}

// unchanged checks that what runs between its call and the call of its result
// wrote no event. It waits until what went before has no effects any more.
func (s *service) unchanged(t testing.TB) func() {
	t.Helper()
	s.settles()
	before, events := s.head()
	return func() {
		t.Helper()
		if after, now := s.head(); after != before || now != events {
			t.Errorf("the log went from %s with %d events to %s with %d", before, events, after, now)
		}
	}
}
