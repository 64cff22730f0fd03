package http

import "net/http"

// getLockDate answers up to which day the books are locked, by the log.
func (s *Server) getLockDate(w http.ResponseWriter, r *http.Request) error {
	date, revision, err := s.Commands.LockDate(r.Context())
	if err != nil {
		return err
	}
	body := map[string]any{"lock_date": nil, "first_open_day": nil}
	if date != "" {
		body["lock_date"], body["first_open_day"] = date, date.Next()
		w.Header().Set("ETag", etag(revision))
	}
	return writeJSON(w, http.StatusOK, body)
}
