package http_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
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
	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
	api "aftersales/http"
	"aftersales/projections"
	"aftersales/projections/candidates"
	"aftersales/projections/documents"
	"aftersales/projections/due"
	"aftersales/projections/portal"
	"aftersales/projections/tickets"
	"aftersales/projections/timeline"
)

func TestMain(m *testing.M) { eventstoretest.Main(m) }

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

	ticks       chan time.Time // of the timers
	projections *projections.Runner

	// What a test may change before the start.
	shopURL   string
	store     func(eventstore.Store) eventstore.Store // that commands write to
	unchecked bool                                    // answers are not held against openapi.yaml
	zone      *time.Location                          // the company's
	mails     mail.Sender                             // by default files in mailDir
	mailDir   string
	logs      io.Writer // gets the whole log, besides the test
}

func newService(t testing.TB, change ...func(*service)) *service {
	t.Helper()
	s := &service{
		t: t, env: eventstoretest.New(t), ticks: make(chan time.Time), shopURL: "https://shop.example",
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
		log = slog.NewMultiHandler(log, slog.NewTextHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	logger := slog.New(log)
	service := commands.New(commands.Config{
		Store: s.store(s.env.Store), Codec: codec, Random: rand.Reader, Zone: s.zone, Company: "main", Currency: "EUR",
		Now: s.now, Secrets: secrets, ShopURL: s.shopURL, Logger: logger,
	})
	runner := must(projections.Open(eventstoretest.Context(s.t), projections.Config{
		DatabaseURL: s.env.DatabaseURL, Store: s.env.Store, Codec: codec, Logger: logger,
		Projections: []projections.Projection{tickets.Projection, documents.Projection, timeline.Projection, portal.Projection, due.Projection, candidates.Projection},
	}))(s.t)
	cursors := must(projections.OpenCursors(eventstoretest.Context(s.t), runner.Pool()))(s.t)
	server := httptest.NewServer(api.New(api.Config{
		Commands: service, Projections: runner, Store: s.env.Store, Codec: codec, AdminToken: adminToken,
		PublicURL: "https://help.example", ShopURL: s.shopURL, Logger: logger,
	}).Handler())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 4)
	go func() { ended <- runner.Run(ctx) }()
	go func() {
		ended <- process.Run(ctx, process.Config{Commands: service, Store: s.env.Store, Codec: codec, Cursor: cursors, Logger: logger})
	}()
	go func() {
		ended <- process.RunMails(ctx, process.Config{Commands: service, Store: s.env.Store, Codec: codec, Cursor: cursors, Logger: logger}, s.mails)
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

// option changes a request before it is sent.
type option func(*http.Request)

func with(header, value string) option {
	return func(r *http.Request) { r.Header.Set(header, value) }
}
func as(token string) option       { return with("Authorization", "Bearer "+token) }
func key(k string) option          { return with("Idempotency-Key", k) }
func without(header string) option { return func(r *http.Request) { r.Header.Del(header) } }

// since makes a read wait until it shows what the answer's command did.
func since(a answer) option { return with("Min-Position", a.header.Get("Position")) }

// answer is what the API answered.
type answer struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	body   []byte
	json   any
}

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
	if strings.Contains(a.header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(a.body, &a.json); err != nil {
			s.t.Errorf("%s: %v in %s", a.what, err, a.body)
		}
	}
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

func (s *service) get(path string, options ...option) answer {
	s.t.Helper()
	a := s.send(http.MethodGet, path, nil, options...)
	if a.status != http.StatusOK {
		s.t.Fatalf("%s: %d %s", a.what, a.status, a.body)
	}
	return a
}

// at is the value at a path of the answer, such as "documents.0.id"; nil when
// there is none.
func (a answer) at(path string) any {
	v := a.json
	for name := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case m:
			v = in[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

// text is at as a text; a number is written as JSON does.
func (a answer) text(path string) string {
	if v := a.at(path); v != nil {
		return fmt.Sprint(v)
	}
	return ""
}

// created is the id of the first document that a command answered.
func (a answer) created() string { return a.text("documents.0.id") }

// list is the array at the path.
func (a answer) list(path string) []any {
	l, _ := a.at(path).([]any)
	return l
}

// shows compares the values at paths of the answer, as text.
func (a answer) shows(want map[string]string) {
	a.t.Helper()
	for path, w := range want {
		if got := a.text(path); got != w {
			a.t.Errorf("%s: %s is %q, want %q, in %s", a.what, path, got, w, a.body)
		}
	}
}

// refused checks the status and code of a problem.
func (a answer) refused(status int, code string) {
	a.t.Helper()
	if a.status != status || a.text("code") != code {
		a.t.Errorf("%s: %d %s, want %d %s", a.what, a.status, a.body, status, code)
	}
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
// wrote no event.
func (s *service) unchanged(t testing.TB) func() {
	t.Helper()
	before, events := s.head()
	return func() {
		t.Helper()
		if after, now := s.head(); after != before || now != events {
			t.Errorf("the log went from %s with %d events to %s with %d", before, events, after, now)
		}
	}
}
