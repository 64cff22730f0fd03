package http

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/gorilla/mux"

	"aftersales/aggregates"
	"aftersales/aggregates/product"
	"aftersales/aggregates/team"
	"aftersales/commands"
	"aftersales/projections"
	"aftersales/projections/candidates"
)

// dialogBody is what a dialog shows: what its fields begin with, which of them
// there are, and what can be chosen. More names the lists that go on; narrowed
// by the query they show others. EmptyReason says why the list that the service
// cannot do without is empty.
type dialogBody struct {
	Defaults    object              `json:"defaults"`
	Fields      map[string]field    `json:"fields"`
	Candidates  map[string][]object `json:"candidates"`
	More        []string            `json:"more"`
	EmptyReason *string             `json:"empty_reason"`
	EmptyText   *string             `json:"empty_text"` // in the caller's language
}

// object is a JSON object.
type object = map[string]any

// field says whether a field is shown, and whether it must be filled in.
type field struct {
	Visible  bool `json:"visible"`
	Required bool `json:"required"`
}

var (
	optional = field{Visible: true}
	required = field{Visible: true, Required: true}
	hidden   = field{}
)

// shownIf is f when shown, else hidden.
func shownIf(shown bool, f field) field {
	if shown {
		return f
	}
	return hidden
}

// dialog is one being filled in.
type dialog struct {
	commands.Dialog
	dialogBody
	request   *http.Request
	principal commands.Principal
	q         projections.Querier
}

// options answers the dialog of a service, with the same access as its command.
func (s *Server) options(service team.Service, fill func(ctx context.Context, d *dialog) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.principal(r)
		if err != nil {
			return err
		}
		id, err := pathID(mux.Vars(r))
		if err != nil {
			return err
		}
		if err := s.await(w, r, "candidates"); err != nil {
			return err
		}
		d := &dialog{request: r, principal: p, q: s.Projections.Pool(), dialogBody: dialogBody{Candidates: map[string][]object{}, More: []string{}}}
		if d.Dialog, err = s.Commands.Dialog(r.Context(), p, id, service); err != nil {
			return err
		}
		if err := fill(r.Context(), d); err != nil {
			return err
		}
		if d.EmptyReason != nil {
			text := messages[*d.EmptyReason].say(languageOf(r.Header.Get("Accept-Language")), nil)
			d.EmptyText = &text
		}
		return writeJSON(w, http.StatusOK, d.dialogBody)
	}
}

// customers chooses what belongs to the ticket's commercial entity: all
// contacts of a company share its invoices and deliveries (domain.md 2.3).
func (d *dialog) customers() candidates.Filter {
	return candidates.Filter{Entity: d.Ticket.Details.Entity}
}

// chosen is what the query says of a field, else the default. An empty
// parameter empties the field.
func (d *dialog) chosen(name string, otherwise uuid.UUID) (uuid.UUID, error) {
	query := d.request.URL.Query()
	switch {
	case !query.Has(name):
		return otherwise, nil
	case query.Get(name) == "":
		return uuid.Nil, nil
	}
	return uuidParameter(d.request, name)
}

// product is the product that the dialog is about, by default the ticket's, and
// the lot that comes with it: the ticket's, unless the product was changed.
func (d *dialog) product(ctx context.Context) (p product.State, lot uuid.UUID, err error) {
	id, err := d.chosen("product", d.Ticket.Details.Product)
	if err != nil || id == uuid.Nil {
		return p, uuid.Nil, err
	}
	found, _, err := candidates.Products(ctx, d.q, candidates.Filter{ID: id})
	if err != nil {
		return p, uuid.Nil, err
	}
	if len(found) == 0 {
		return p, uuid.Nil, aggregates.Refuse("product_not_found").On("product")
	}
	if id == d.Ticket.Details.Product {
		lot = d.Ticket.Details.Lot
	}
	return found[0], lot, nil
}

// orders offers the customer's orders that f chooses. The default is the
// ticket's order, if it is one of them.
func (d *dialog) orders(ctx context.Context, f candidates.Filter) (uuid.UUID, error) {
	all, more, err := candidates.Orders(ctx, d.q, f)
	if err != nil {
		return uuid.Nil, err
	}
	for _, o := range all {
		d.offer("orders", object{"id": o.ID, "number": o.Number, "customer": o.Customer, "confirmed_at": maybe(o.ConfirmedAt)})
	}
	d.close("orders", more)
	otherwise := d.Ticket.Details.Order
	if f.ID = otherwise; otherwise != uuid.Nil {
		offered, err := candidates.Exists(ctx, d.q, "order", f)
		if err != nil {
			return uuid.Nil, err
		}
		if !offered {
			otherwise = uuid.Nil
		}
	}
	return d.chosen("order", otherwise)
}

func (d *dialog) offer(name string, candidate object) {
	d.Candidates[name] = append(d.Candidates[name], candidate)
}

// tags offers the tags that there are (P-10); what is written otherwise is new.
func (d *dialog) tags(ctx context.Context) error {
	all, more, err := candidates.Tags(ctx, d.q)
	for _, t := range all {
		d.offer("tags", object{"id": t.ID, "name": t.Name})
	}
	d.close("tags", more)
	return err
}

// close ends a list, which may be empty; more says that it goes on.
func (d *dialog) close(name string, more bool) {
	if d.Candidates[name] == nil {
		d.Candidates[name] = []object{}
	}
	if more {
		d.More = append(d.More, name)
	}
}

// step is a filter and the code of what it means that nothing passes it.
type step struct {
	filter candidates.Filter
	code   string
}

// explain gives the first reason why there is none of a kind.
func (d *dialog) explain(ctx context.Context, kind string, steps []step, otherwise string) error {
	d.EmptyReason = &otherwise
	for _, s := range steps {
		found, err := candidates.Exists(ctx, d.q, kind, s.filter)
		if err != nil {
			return err
		}
		if !found {
			d.EmptyReason = &s.code
			return nil
		}
	}
	return nil
}

func productCandidate(p product.State) object {
	return object{"id": p.ID, "name": p.Name, "type": p.Type, "tracking": p.Tracking, "unit": p.Unit, "digits": p.Digits}
}

// maybe is a value that JSON shows as null when there is none.
func maybe[T comparable](v T) *T { return projections.OrNil(v) }
