package http

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/commands"
	"aftersales/projections/documents"
)

func (s *Server) webhookRoutes() {
	s.post("/webhooks", command[commands.RegisterWebhook](s, nil))
	s.post("/webhooks/{id}/rotate-secret", command(s, func(c *commands.RotateWebhookSecret, id uuid.UUID, _ vars) { c.Webhook = id }))
	s.post("/webhooks/{id}/pause", command(s, func(c *commands.PauseWebhook, id uuid.UUID, _ vars) { c.Webhook = id }))
	s.post("/webhooks/{id}/resume", command(s, func(c *commands.ResumeWebhook, id uuid.UUID, _ vars) { c.Webhook = id }))
	s.post("/webhooks/{id}/replay", command(s, func(c *commands.ReplayWebhook, id uuid.UUID, _ vars) { c.Webhook = id }))
	s.post("/webhooks/{id}/remove", command(s, func(c *commands.RemoveWebhook, id uuid.UUID, _ vars) { c.Webhook = id }))
	s.get("/v1/webhooks", s.listDocuments("webhook"))
	s.get("/v1/webhooks/{id}", s.getDocument("webhook"))
	s.get("/v1/webhooks/{id}/deliveries", s.listDeliveries)
}

// listDeliveries answers what a webhook was told, and what came of it.
func (s *Server) listDeliveries(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(mux.Vars(r))
	if err != nil {
		return err
	}
	limit, after, err := s.eventPage(r, "state")
	if err != nil {
		return err
	}
	state := r.URL.Query().Get("state")
	if !slices.Contains([]string{"", "waiting", "delivered", "failed"}, state) {
		return invalidParameter("state")
	}
	if err := s.await(w, r, "documents"); err != nil {
		return err
	}
	_, found, err := documents.Get(r.Context(), s.Projections.Pool(), "webhook", id)
	if err != nil {
		return err
	}
	if !found {
		return aggregates.Refuse("webhook_not_found")
	}
	items, next, err := s.Deliveries.List(r.Context(), id, state, after, limit)
	if err != nil {
		return err
	}
	return writeList(s, w, r, items, cursorOf(next))
}

// discloseSecret shows the secret and public key that a webhook got to whoever
// registered it or rotated the secret, and nowhere else.
func (s *Server) discloseSecret(r *http.Request, body *outcomeBody, hook commands.Document) (err error) {
	route := s.template(r)
	tried, err := boolParameter(r, "dry_run")
	if err == nil && !tried && r.Method == http.MethodPost && (route == "/v1/webhooks" || route == "/v1/webhooks/{id}/rotate-secret") {
		body.Secret, body.PublicKey, err = s.Commands.WebhookSecret(r.Context(), hook.ID, hook.Revision)
	}
	return err
}
