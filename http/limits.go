package http

import (
	"errors"
	"net/http"
	"time"
)

// Limits of a connection; slow clients are cut. net/http reads 4 KiB more of a
// request's head than MaxHeaderBytes says.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 10 * time.Second // from the first byte of the head to the last of the body
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10 // bytes; more is answered 431
)

// Limited is a server of the whole API with these limits.
func (s *Server) Limited() *http.Server {
	return &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader - 4<<10,
	}
}

// received says that the whole request is here: the limit for reading it must
// not end the work on it.
func received(w http.ResponseWriter) error {
	err := http.NewResponseController(w).SetReadDeadline(time.Time{})
	if errors.Is(err, http.ErrNotSupported) {
		return nil // it came by no connection, but in a bulk
	}
	return err
}
