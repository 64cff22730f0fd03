package http

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/commands"
)

// outcomeBody is the body of every command's success.
type outcomeBody struct {
	Position  string              `json:"position"`
	Documents []commands.Document `json:"documents"`
	Warnings  []warningBody       `json:"warnings"`
	Token     string              `json:"token,omitempty"`
	Secret    string              `json:"secret,omitempty"`
	PublicKey string              `json:"public_key,omitempty"`
	Link      string              `json:"link,omitempty"`
	ID        *uuid.UUID          `json:"id,omitempty"`
}

type warningBody struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// command is the handler of a POST: the body is decoded into the command C,
// target puts the path's ids into it.
func command[C any, P interface {
	*C
	commands.Command
}](s *Server, target func(c P, id uuid.UUID, vars map[string]string)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		req, body, err := s.request(w, r)
		if err != nil {
			return err
		}
		c := P(new(C))
		if err := decode(body, c); err != nil {
			return err
		}
		vars := mux.Vars(r)
		id, err := pathID(vars)
		if err != nil {
			return err
		}
		if target != nil {
			target(c, id, vars)
		}
		outcome, err := s.Commands.Execute(r.Context(), req, c)
		if err != nil {
			return err
		}
		status := http.StatusOK
		if outcome.Created && !req.DryRun {
			status = http.StatusCreated
		}
		return s.writeOutcome(w, r, status, outcome)
	}
}

// request reads a command's envelope and its body.
func (s *Server) request(w http.ResponseWriter, r *http.Request) (commands.Request, []byte, error) {
	principal, err := s.principal(r)
	if err != nil {
		return commands.Request{}, nil, err
	}
	key := r.Header.Get("Idempotency-Key")
	if !validKey(key) {
		return commands.Request{}, nil, aggregates.Refuse("idempotency_key_required")
	}
	body, err := readBody(w, r)
	if err != nil {
		return commands.Request{}, nil, err
	}
	hash, err := contentHash(r, body)
	if err != nil {
		return commands.Request{}, nil, err
	}
	req := commands.Request{
		Principal: principal, Key: key, Hash: hash,
		RequestID: requestID(r.Context()), Traceparent: r.Header.Get("Traceparent"),
	}
	req.Address, req.UserAgent = origin(r)
	if err := onlyParameters(r, "dry_run"); err != nil {
		return commands.Request{}, nil, err
	}
	if req.DryRun, err = boolParameter(r, "dry_run"); err != nil {
		return commands.Request{}, nil, err
	}
	switch match := r.Header.Get("If-Match"); match {
	case "":
	case "*":
		req.MustExist = true
	default:
		revision, err := strconv.ParseUint(strings.Trim(match, `"`), 10, 64)
		if err != nil {
			return commands.Request{}, nil, aggregates.Refuse("stale_version")
		}
		req.IfMatch = &revision
	}
	return req, body, nil
}

// validKey says whether an Idempotency-Key is 1 to 255 visible ASCII characters.
func validKey(key string) bool {
	if key == "" || len(key) > 255 {
		return false
	}
	for _, c := range []byte(key) {
		if c < '!' || c > '~' {
			return false
		}
	}
	return true
}

func (s *Server) writeOutcome(w http.ResponseWriter, r *http.Request, status int, o commands.Outcome) error {
	body := outcomeBody{Position: o.Position.String(), Documents: o.Documents, Warnings: []warningBody{}}
	language := languageOf(r.Header.Get("Accept-Language"))
	for _, warning := range o.Warnings {
		body.Warnings = append(body.Warnings, warningBody{warning.Code, messages[warning.Code].say(language, warning.Params)})
	}
	if len(o.Documents) > 0 {
		first := o.Documents[0]
		if path, ok := collections[first.Kind]; ok && status == http.StatusCreated {
			if strings.HasPrefix(r.URL.Path, "/v1/portal/") { // where the customer can read it
				path = "portal/" + path
			}
			w.Header().Set("Location", "/v1/"+path+"/"+first.ID.String())
		}
		if first.Kind == "access_token" && status == http.StatusCreated {
			body.ID, body.Token = &first.ID, s.Commands.Secrets.Token(first.ID)
		}
		if first.Kind == "portal_link" && status == http.StatusCreated {
			body.ID, body.Link = &first.ID, strings.TrimRight(s.PublicURL, "/")+"/portal/"+s.Commands.Secrets.PortalLink(first.ID)
		}
		if first.Kind == "webhook" {
			if err := s.discloseSecret(r, &body, first); err != nil {
				return err
			}
		}
		w.Header().Set("ETag", etag(first.Revision))
	}
	if o.Replayed {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	w.Header().Set("Position", o.Position.String())
	return writeJSON(w, status, body)
}

// collections are the path names of the document kinds.
var collections = map[string]string{
	"team": "teams", "customer": "customers", "product": "products", "journal": "journals",
	"location": "locations", "project": "projects", "worksheet_template": "worksheet-templates",
	"coupon_program": "coupon-programs", "order": "orders", "invoice": "invoices",
	"credit_note": "credit-notes", "delivery": "deliveries", "return": "returns",
	"ticket": "tickets", "coupon": "coupons", "repair": "repairs", "task": "tasks", "lot": "lots", "payment": "payments",
	"webhook": "webhooks", "currency": "currencies", "access_token": "access-tokens", "portal_link": "portal-links",
}

// pathID is the {id} of the path, uuid.Nil when the path has none. A text that
// is no UUID names nothing: 404.
func pathID(vars map[string]string) (uuid.UUID, error) {
	text, ok := vars["id"]
	if !ok {
		return uuid.Nil, nil
	}
	id, ok := parseID(text)
	if !ok {
		return uuid.Nil, aggregates.Refuse("not_found")
	}
	return id, nil
}

// parseID reads an id in the one form that api.md gives it: uuid.Parse would take
// it in braces, as a URN and without hyphens too.
func parseID(text string) (uuid.UUID, bool) {
	id, err := uuid.Parse(text)
	return id, err == nil && len(text) == len(id.String())
}

func etag(revision uint64) string { return `"` + strconv.FormatUint(revision, 10) + `"` }
