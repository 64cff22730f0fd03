package repair

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/check"
	"aftersales/aggregates/product"
	"aftersales/aggregates/unit"
)

// Submit says how far creating a repair goes.
type Submit string

// The buttons of the form.
const (
	Save            Submit = "save"
	Confirm         Submit = "confirm"
	ConfirmAndQuote Submit = "confirm_and_quote"
)

// Missing are the refusals of documents that a draft names and that cannot be
// had, each to be told in its place.
type Missing struct{ Customer, Return error }

// Draft is the wish for a new repair. A nil Quantity is what the return
// brought back of the product, else 1; Unit is the one it is given in, "" the
// product's. Currency is that of the parts' prices and of the quotation;
// Confirmation and QuoteID count when Submit asks.
type Draft struct {
	ID            uuid.UUID
	Ticket        uuid.UUID
	Team          uuid.UUID // of the ticket
	Customer      Customer
	Product       Product
	Lot           *Lot
	Quantity      *aggregates.Decimal
	Unit          string
	Return        *Return
	Missing       Missing
	UnderWarranty bool
	ScheduledAt   time.Time
	Responsible   *Responsible
	Tags          []string
	Priority      int
	Currency      aggregates.Currency
	Parts         []PartRequest
	Notes         string
	CreatedBy     string
	Submit        Submit
	Confirmation  Confirmation
	QuoteID       uuid.UUID
}

// Create begins the repair and, as Submit says, confirms and quotes it: all in
// one decision, so that a refusal of any step leaves nothing behind. The creator
// is granted access, being a helpdesk agent who may have no right on repairs
// (P-16). The checks come in the order of domain.md 3.4: product_required,
// product_not_repairable; Missing.Customer; lot_not_applicable, lot_required (when confirming),
// lot_not_found, lot_other_product, lot_not_in_return; quantity_not_positive, serial_quantity,
// quantity_precision, unit_other_family; Missing.Return, return_not_matching, return_other_customer; scheduled_date_required,
// required for a responsible of blanks, responsible_not_internal, invalid_value of the priority, too_long of the notes; those of ChangeParts, Confirm and CreateQuote.
func (s State) Create(d Draft) ([]aggregates.Event, error) {
	if s.ID != uuid.Nil {
		return nil, aggregates.Refuse("already_exists")
	}
	if !slices.Contains([]Submit{"", Save, Confirm, ConfirmAndQuote}, d.Submit) {
		return nil, aggregates.Refuse("invalid_value").On("submit")
	}
	d = d.Prefilled()
	if err := d.check(); err != nil {
		return nil, err
	}
	quantity, err := unit.Convert(*d.Quantity, d.Unit, d.Product.Unit, d.Product.Digits)
	if err != nil {
		return nil, err
	}
	d.Quantity = &quantity
	currency, parts, err := State{UnderWarranty: d.UnderWarranty}.parts(d.Currency, d.Parts)
	if err != nil {
		return nil, err
	}
	return d.submit(d.created(currency, parts), AccessGranted{User: d.CreatedBy, Rule: TicketDerived, Team: d.Team})
}

// submit adds what Submit asks for beyond saving.
func (d Draft) submit(events ...aggregates.Event) ([]aggregates.Event, error) {
	if d.Submit == Save || d.Submit == "" {
		return events, nil
	}
	confirmed, err := Model.Fold(events...).Confirm(d.Confirmation)
	if err != nil {
		return nil, err
	}
	events = append(events, confirmed...)
	if d.Submit == Confirm {
		return events, nil
	}
	quoted, err := Model.Fold(events...).CreateQuote(d.QuoteID, d.Currency)
	if err != nil {
		return nil, err
	}
	return append(events, quoted...), nil
}

// Warnings are the codes of what does not block creating but should be told:
// scheduled_in_past, return_not_received.
func (d Draft) Warnings(now time.Time) []string {
	var codes []string
	if d.ScheduledAt.Before(now) {
		codes = append(codes, "scheduled_in_past")
	}
	if d.Return != nil && !d.Return.Received {
		codes = append(codes, "return_not_received")
	}
	return codes
}

// Prefilled derives customer, lot and quantity from the return (domain.md 2.8):
// the lot when there is but one, the quantity that came back of the lot, else of
// the product. What the wish says itself is left alone.
func (d Draft) Prefilled() Draft {
	quantity := aggregates.NewDecimal(1)
	if d.Return != nil {
		if d.Customer.ID == uuid.Nil {
			d.Customer = d.Return.Customer
		}
		lots, total, found := d.Return.of(d.Product.ID)
		if d.Lot == nil && d.Product.Tracking.Tracked() && len(lots) == 1 {
			for lot := range lots {
				d.Lot = &Lot{ID: lot, Product: d.Product.ID}
			}
		}
		if found {
			quantity = total
		}
		if d.Lot != nil && lots[d.Lot.ID] > 0 {
			quantity = lots[d.Lot.ID]
		}
	}
	if d.Product.Tracking == product.BySerial {
		quantity = aggregates.NewDecimal(1)
	}
	if d.Quantity == nil {
		d.Quantity = &quantity
	}
	return d
}

func (d Draft) created(currency aggregates.Currency, parts []Part) Created {
	e := Created{
		Repair: d.ID, Ticket: d.Ticket, Customer: d.Customer.ID, Entity: d.Customer.Entity,
		Product: d.Product.ID, Tracking: d.Product.Tracking, Quantity: *d.Quantity, Unit: d.Product.Unit,
		UnderWarranty: d.UnderWarranty, ScheduledAt: d.ScheduledAt.UTC(), Tags: check.Tags(d.Tags), Priority: d.Priority,
		Currency: currency, Parts: parts, Notes: d.Notes, CreatedBy: d.CreatedBy,
	}
	if d.Lot != nil {
		e.Lot = d.Lot.ID
	}
	if d.Return != nil {
		e.Return = d.Return.ID
	}
	if d.Responsible != nil {
		e.Responsible = d.Responsible.ID
	}
	return e
}
