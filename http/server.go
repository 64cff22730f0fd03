package http

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gorilla/mux"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"aftersales/aggregates"
	"aftersales/commands"
	"aftersales/eventstore"
	"aftersales/projections"
	"aftersales/projections/deliveries"
)

// Config is what the server stands on.
type Config struct {
	Commands    *commands.Service
	Projections *projections.Runner
	Store       eventstore.Store
	Codec       *eventstore.Codec
	AdminToken  string            // bearer token that has every right
	PublicURL   string            // base of share links, such as "https://help.example"
	ShopURL     string            // where share links lead; "" when there is no shop
	Deliveries  *deliveries.Queue // of webhooks
	Logger      *slog.Logger
	// OIDC checks bearer tokens of an OpenID provider. nil: only own tokens.
	OIDC *OIDC
	// Rate is how many requests a caller may send in a second, for long; for
	// a while ten times as many. 0: any number.
	Rate float64
	// Metrics are shown at /metrics. nil: the server's own.
	Metrics *Metrics
	// Tracer traces requests. nil: they are not traced.
	Tracer trace.Tracer
	// Stopping ends when the service does; streams of events end with it. nil: never.
	Stopping context.Context
}

// Server answers the HTTP API.
type Server struct {
	Config
	logger *slog.Logger
	router *mux.Router
	// Wrong coupon codes, by client address on the public link and by actor
	// on the commands of shops.
	visitors, shops *guesses
	opening         chan struct{} // share links that are being looked up
	bearers         *guesses      // wrong portal links and addresses of files, by client address
	callers         *quota
}

// New makes the server with all its routes.
func New(cfg Config) *Server {
	cfg.PublicURL = strings.TrimRight(cfg.PublicURL, "/")
	s := &Server{Config: cfg, logger: cfg.Logger, router: mux.NewRouter().SkipClean(true)}
	s.opening = make(chan struct{}, openers)
	s.visitors, s.shops = newGuesses(visitorBurst, visitorEvery, "coupon_invalid"), newGuesses(shopBurst, shopEvery, "coupon_invalid")
	s.bearers = newGuesses(visitorBurst, visitorEvery, "not_found")
	if s.Metrics == nil {
		s.Metrics = NewMetrics()
	}
	if s.Tracer == nil {
		s.Tracer = noop.NewTracerProvider().Tracer("")
	}
	s.callers = newQuota(cfg.Rate)
	s.routes()
	return s
}

// Handler is the whole API.
func (s *Server) Handler() http.Handler { return s.observe(s.router) }

// handler is an HTTP handler that returns its error; fail answers it.
type handler func(w http.ResponseWriter, r *http.Request) error

func (s *Server) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := readable(r)
		if err == nil && r.ContentLength == 0 {
			err = received(w)
		}
		if err == nil {
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

func writeJSON(w http.ResponseWriter, status int, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the status is sent; a caller that went away cannot be told more
	return nil
}

// readable refuses a path or query that no text of ours can equal: escapes that
// are none, bytes that are not UTF-8, or the character that Postgres does not
// know.
func readable(r *http.Request) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return invalidParameter("query")
	}
	for name, values := range query {
		for _, v := range values {
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return invalidParameter(name)
			}
		}
	}
	if !utf8.ValidString(r.URL.Path) || strings.ContainsRune(r.URL.Path, 0) {
		return aggregates.Refuse("not_found")
	}
	return nil
}

// boolParameter reads a query parameter that is true, false or absent.
func boolParameter(r *http.Request, name string) (bool, error) {
	if !r.URL.Query().Has(name) {
		return false, nil
	}
	v, err := strconv.ParseBool(r.URL.Query().Get(name))
	if err != nil {
		return false, invalidParameter(name)
	}
	return v, nil
}

// onlyParameters refuses a query parameter of another name: one that is misspelt
// would be passed over, and the command be given instead of tried, or all
// documents be listed instead of some.
func onlyParameters(r *http.Request, names ...string) error {
	for _, name := range slices.Sorted(maps.Keys(r.URL.Query())) {
		if !slices.Contains(names, name) {
			return aggregates.Refuse("unknown_parameter", "name", name).On(name)
		}
	}
	return nil
}

func invalidParameter(name string) error {
	return aggregates.Refuse("invalid_parameter", "name", name).On(name)
}
