package documents

import (
	"encoding/json"

	"aftersales/aggregates"
	"aftersales/aggregates/coupon"
	"aftersales/aggregates/currency"
	"aftersales/aggregates/customer"
	"aftersales/aggregates/invoice"
	"aftersales/aggregates/journal"
	"aftersales/aggregates/location"
	"aftersales/aggregates/order"
	"aftersales/aggregates/picking"
	"aftersales/aggregates/product"
	"aftersales/aggregates/program"
	"aftersales/aggregates/project"
	"aftersales/aggregates/repair"
	"aftersales/aggregates/task"
	"aftersales/aggregates/team"
	"aftersales/aggregates/ticket"
	"aftersales/aggregates/webhook"
	"aftersales/aggregates/worksheet"
)

// views are the aggregates that hold documents, by the category of their
// streams. A state before the first event has no documents.
var views = join(
	of(team.Model, viewTeam),
	of(customer.Model, viewCustomer),
	of(product.Model, viewProduct),
	of(journal.Model, viewJournal),
	of(currency.Model, viewCurrency),
	of(location.Model, viewLocation),
	of(project.Model, viewProject),
	of(worksheet.Model, viewWorksheetTemplate),
	of(program.Model, viewProgram),
	of(order.Model, viewOrder),
	of(invoice.Model, viewInvoices),
	of(picking.Model, viewPicking),
	of(ticket.Model, viewTicket),
	of(coupon.Model, viewCoupon),
	of(repair.Model, viewRepair),
	of(task.Model, viewTask),
	of(webhook.Model, viewWebhook),
	of(tokens(), viewAccessToken),
)

// view makes the states of one kind of aggregate.
type view struct {
	category string
	begin    func(stored []byte) (state, error) // nil: before the first event
}

// state is an aggregate's state without its type. As JSON it is what begin
// takes.
type state interface {
	json.Marshaler
	evolve(e aggregates.Event)
	documents() []Document
}

// kept is a state with how it goes on and how it shows.
type kept[S any] struct {
	model  aggregates.Model[S]
	render func(S) []Document
	now    S
}

func (k *kept[S]) evolve(e aggregates.Event) { k.now = k.model.Evolve(k.now, e) }

func (k *kept[S]) documents() []Document { return k.render(k.now) }

// MarshalJSON writes the state in the shape of its aggregate.
func (k *kept[S]) MarshalJSON() ([]byte, error) { return json.Marshal(k.now) }

func of[S any](m aggregates.Model[S], render func(S) []Document) view {
	return view{category: m.Category, begin: func(stored []byte) (state, error) {
		k := &kept[S]{model: m, render: render}
		if stored == nil {
			return k, nil
		}
		return k, json.Unmarshal(stored, &k.now)
	}}
}

func join(all ...view) map[string]view {
	byCategory := make(map[string]view, len(all))
	for _, v := range all {
		byCategory[v.category] = v
	}
	return byCategory
}
