package http

import (
	"mime"
	"net/http"

	"github.com/gorilla/mux"

	"aftersales/commands"
)

// getAttachment sends a file to whoever may see the message that it came with.
func (s *Server) getAttachment(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(mux.Vars(r))
	if err != nil {
		return err
	}
	p, err := s.principal(r)
	if err != nil {
		return err
	}
	a, err := s.Commands.ReadAttachment(r.Context(), p, accessOf(r), id)
	if err != nil {
		return err
	}
	writeFile(w, a)
	return nil
}

// openAttachment sends the file whose address stands on a portal link's page
// (domain.md 4, access rule c). All that is wrong with an address gets the same
// answer, and wrong ones are limited.
func (s *Server) openAttachment(w http.ResponseWriter, r *http.Request) error {
	unlisted(w)
	return s.bearers.limit(w, clientAddress(r), func() error {
		a, err := s.Commands.OpenAttachmentLink(r.Context(), mux.Vars(r)["secret"])
		if err == nil {
			writeFile(w, a)
		}
		return err
	})
}

// writeFile sends a file to be saved: a browser neither shows it as a page of
// ours nor guesses what it might be.
func writeFile(w http.ResponseWriter, a commands.Attachment) {
	h := w.Header()
	h.Set("Content-Type", a.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	h.Set("ETag", `"`+a.SHA256+`"`)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(a.Content) // the status is sent; a caller that went away cannot be told more
}
