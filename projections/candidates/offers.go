package candidates

import (
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/tag"
	"aftersales/aggregates/worksheet"
	"aftersales/projections"
)

// offer is what a state offers: a row of the table "candidate" but for where it
// stands.
type offer struct {
	Kind     string
	ID       uuid.UUID
	Entity   *uuid.UUID
	Order    *uuid.UUID
	Ticket   *uuid.UUID
	Products []uuid.UUID
	Ready    bool
	Usable   bool
}

// sources are the aggregates that offer something, by the category of their
// streams.
var sources = map[string]func(stored []byte) (folded, error){
	invoice.Model.Category:   of(invoice.Model, offerInvoice),
	picking.Model.Category:   of(picking.Model, offerDelivery),
	order.Model.Category:     of(order.Model, offerOrder),
	program.Model.Category:   of(program.Model, offerProgram),
	location.Model.Category:  of(location.Model, offerLocation),
	product.Model.Category:   of(product.Model, offerProduct),
	project.Model.Category:   of(project.Model, offerProject),
	worksheet.Model.Category: of(worksheet.Model, offerTemplate),
	journal.Model.Category:   of(journal.Model, offerJournal),
	tag.Model.Category:       of(tag.Model, offerTag),
}

// folded is an aggregate's state without its type. As JSON it is what a source
// takes.
type folded interface {
	json.Marshaler
	evolve(e aggregates.Event)
	offers() []offer
}

type state[S any] struct {
	model aggregates.Model[S]
	offer func(S) []offer
	now   S
}

func (s *state[S]) evolve(e aggregates.Event) { s.now = s.model.Evolve(s.now, e) }

func (s *state[S]) offers() []offer { return s.offer(s.now) }

// MarshalJSON writes the state in the shape of its aggregate.
func (s *state[S]) MarshalJSON() ([]byte, error) { return json.Marshal(s.now) }

// of goes on from a stored state; nil is the one before the first event.
func of[S any](m aggregates.Model[S], offers func(S) []offer) func([]byte) (folded, error) {
	return func(stored []byte) (folded, error) {
		s := &state[S]{model: m, offer: offers}
		if stored == nil {
			return s, nil
		}
		return s, json.Unmarshal(stored, &s.now)
	}
}

// one is an offer of what belongs to no customer.
func one(kind string, id uuid.UUID, ready, usable bool) []offer {
	return []offer{{Kind: kind, ID: id, Products: []uuid.UUID{}, Ready: ready, Usable: usable}}
}

// productsOf are the products on lines, each once, in a fixed order.
func productsOf[L any](lines []L, product func(L) uuid.UUID) []uuid.UUID {
	all := make([]uuid.UUID, 0, len(lines))
	for _, l := range lines {
		if id := product(l); id != uuid.Nil {
			all = append(all, id)
		}
	}
	slices.SortFunc(all, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(all)
}

func offerInvoice(s invoice.State) []offer {
	posted := s.Status == invoice.StatusPosted
	return []offer{{
		Kind: "invoice", ID: s.ID, Entity: projections.OrNil(s.Entity), Order: projections.OrNil(s.Order),
		Products: productsOf(s.Lines, func(l invoice.LineState) uuid.UUID { return l.Product }),
		Ready:    posted, Usable: posted && s.Creditable().Total > 0,
	}}
}

// offerDelivery offers a delivery for what left with it, and its returns.
func offerDelivery(s picking.State) []offer {
	delivery := offer{
		Kind: "delivery", ID: s.ID, Entity: projections.OrNil(s.Entity), Order: projections.OrNil(s.Order),
		Products: productsOf(s.Lines, func(l picking.Line) uuid.UUID { return l.Product }),
	}
	if delivery.Ready = s.Status == picking.Done; delivery.Ready {
		delivery.Products = slices.DeleteFunc(delivery.Products, func(p uuid.UUID) bool { return !s.Delivered(p) })
		delivery.Usable = s.Returnable()
	}
	all := []offer{delivery}
	for _, r := range s.Returns {
		all = append(all, offer{
			Kind: "return", ID: r.ID, Entity: projections.OrNil(r.Entity), Order: projections.OrNil(s.Order), Ticket: projections.OrNil(r.Ticket),
			Products: productsOf(r.Lines, func(l picking.ReturnLine) uuid.UUID { return l.Product }),
			Ready:    r.Status != picking.Cancelled || r.Arrived(), Usable: true,
		})
	}
	return all
}

// offerOrder offers sales: a quotation has nothing to give back.
func offerOrder(s order.State) []offer {
	return []offer{{
		Kind: "order", ID: s.ID, Entity: projections.OrNil(s.Entity), Order: projections.OrNil(s.ID),
		Products: productsOf(s.Lines, func(l order.Line) uuid.UUID { return l.Product }), Ready: s.Status == order.StatusSale, Usable: true,
	}}
}

// offerProgram leaves what depends on the day and on the use to the rule that
// is asked when the program is shown.
func offerProgram(s program.State) []offer {
	return one("coupon_program", s.ID, s.Type == program.Coupons && !s.Archived && !s.Draft, true)
}

func offerTag(s tag.State) []offer { return one("tag", s.ID, true, true) }

func offerLocation(s location.State) []offer { return one("location", s.ID, true, s.ReturnLocation) }

func offerProduct(s product.State) []offer {
	return one("product", s.ID, true, s.Type == product.Goods && !s.Archived)
}

func offerProject(s project.State) []offer {
	return one("project", s.ID, true, s.FieldService && !s.Archived)
}

func offerTemplate(s worksheet.State) []offer {
	return one("worksheet_template", s.ID, true, !s.Archived)
}

func offerJournal(s journal.State) []offer { return one("journal", s.ID, true, !s.Archived) }
