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
	pieceTimeout  = 30 * time.Second // for the client to take a piece of an answer
	piece         = 32 << 10         // bytes
	idleTimeout   = 2 * time.Minute
	maxHeader     = 32 << 10 // bytes; more is answered 431
)

// Limited is a server of the whole API with these limits.
func (s *Server) Limited() *http.Server {
	return &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, WriteTimeout: pieceTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader - 4<<10,
	}
}

// received says that the whole request is here: the limit for reading it must
// not end the work on it.
func received(w http.ResponseWriter) error {
	return connected(http.NewResponseController(w).SetReadDeadline(time.Time{}))
}

// writing gives the client the server's limit for the next piece, however long
// the answer is in the making and how many pieces it has.
func writing(w http.ResponseWriter, r *http.Request) error {
	server, ok := r.Context().Value(http.ServerContextKey).(*http.Server)
	if !ok || server.WriteTimeout <= 0 {
		return nil
	}
	return connected(http.NewResponseController(w).SetWriteDeadline(time.Now().Add(server.WriteTimeout)))
}

// connected is the error of a deadline, nil when the request came by no
// connection, but in a bulk.
func connected(err error) error {
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}
