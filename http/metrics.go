package http

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"aftersales/projections"
)

// Metrics are the Prometheus metrics of a process. They hold names and counts,
// nothing that a caller wrote.
type Metrics struct {
	registry *prometheus.Registry
	commands *prometheus.HistogramVec
	requests *prometheus.HistogramVec
	gauges   []*prometheus.GaugeVec // as in projectionGauges
}

// projectionGauges are what is measured of each read model when it is asked for.
var projectionGauges = []struct {
	name, help string
	value      func(projections.Status) float64
}{
	{"running", "1 while the projection is running.", func(p projections.Status) float64 { return one(p.State == projections.Running) }},
	{"lag_seconds", "Age of the oldest event not yet applied.", func(p projections.Status) float64 { return p.Lag.Seconds() }},
	{"lag_events", "Events not yet applied; 1000 stands for more.", func(p projections.Status) float64 { return float64(p.LagEvents) }},
	{"parked_events", "Events that could not be applied, and those that wait for them.", func(p projections.Status) float64 { return float64(p.Failing + p.Waiting) }},
	{"parked_failing_events", "Those of them that failed themselves.", func(p projections.Status) float64 { return float64(p.Failing) }},
	{"unknown_events", "Events of types that the program does not know.", func(p projections.Status) float64 { return float64(p.UnknownEvents) }},
	{"epoch", "Rises whenever another process takes the projection over.", func(p projections.Status) float64 { return float64(p.Epoch) }},
	{"held", "1 while this process applies the log to the projection.", func(p projections.Status) float64 { return one(p.Here) }},
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// NewMetrics makes them with nothing counted.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		commands: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "aftersales_command_seconds", Help: "Time to decide a command, by what came of it.",
		}, []string{"command", "outcome"}),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "aftersales_http_request_seconds", Help: "Time to answer a request.",
		}, []string{"route", "method", "status"}),
	}
	for _, g := range projectionGauges {
		gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "aftersales_projection_" + g.name, Help: g.help}, []string{"projection"})
		m.gauges = append(m.gauges, gauge)
		m.registry.MustRegister(gauge)
	}
	m.registry.MustRegister(m.commands, m.requests,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Command counts a command; see commands.Config.Observe.
func (m *Metrics) Command(command, outcome string, took time.Duration) {
	m.commands.WithLabelValues(command, outcome).Observe(took.Seconds())
}

func (m *Metrics) observe(route, method string, status int, elapsed time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(elapsed.Seconds())
}

func (s *Server) getMetrics(w http.ResponseWriter, r *http.Request) error {
	statuses, err := s.Projections.Status(r.Context())
	if err != nil {
		return err
	}
	for _, p := range statuses {
		for i, g := range projectionGauges {
			s.Metrics.gauges[i].WithLabelValues(p.Name).Set(g.value(p))
		}
	}
	promhttp.HandlerFor(s.Metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	return nil
}
