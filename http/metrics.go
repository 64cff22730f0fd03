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

// metrics are the server's own Prometheus metrics.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	running  *prometheus.GaugeVec
	lag      *prometheus.GaugeVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "aftersales_http_request_seconds", Help: "Time to answer a request.",
		}, []string{"route", "method", "status"}),
		running: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "aftersales_projection_running", Help: "1 while the projection is running.",
		}, []string{"projection"}),
		lag: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "aftersales_projection_lag_seconds", Help: "Age of the oldest event not yet applied.",
		}, []string{"projection"}),
	}
	m.registry.MustRegister(m.requests, m.running, m.lag,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) observe(route, method string, status int, elapsed time.Duration) {
	m.requests.WithLabelValues(route, method, strconv.Itoa(status)).Observe(elapsed.Seconds())
}

func (s *Server) getMetrics(w http.ResponseWriter, r *http.Request) error {
	statuses, err := s.Projections.Status(r.Context())
	if err != nil {
		return err
	}
	for _, p := range statuses {
		running := 0.0
		if p.State == projections.Running {
			running = 1
		}
		s.metrics.running.WithLabelValues(p.Name).Set(running)
		s.metrics.lag.WithLabelValues(p.Name).Set(p.Lag.Seconds())
	}
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	return nil
}
