// Package documents is the read model of every business document, as the HTTP
// API shows it: current, or as it was at any earlier event.
//
// It is generic. The state of each touched aggregate is folded on and kept; a
// view for each aggregate turns a state into its documents. The same views
// render past states from the log.
package documents

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/eventstore"
)

// Document is a business document. Empty ids and texts mean "none". Revision is
// that of the stream it lives in. An event concerns a document when it changes
// something of it: CreatedAt and Created tell of the first such event, UpdatedAt
// and Position of the last.
type Document struct {
	Kind      string
	ID        uuid.UUID
	Stream    string
	Revision  uint64
	Number    string
	State     string
	Ticket    uuid.UUID
	Customer  uuid.UUID
	Entity    uuid.UUID // the commercial entity of the customer
	Team      uuid.UUID
	CreatedAt time.Time
	UpdatedAt time.Time
	Created   eventstore.Position
	Position  eventstore.Position

	// Fields is the JSON object of what the kind has besides, in the shape of
	// the HTTP API.
	Fields json.RawMessage
	// Sealed is the encrypted code of a coupon and the token of its link, for
	// those who may see them. It is never part of the JSON.
	Sealed string
	// Historical says that a later state may exist.
	Historical bool

	source  uuid.UUID // the document that Sources says
	columns columns
	lines   []line
	places  []place
}

// Sources are the kinds whose documents came from another, with the field that
// names it.
var Sources = map[string]string{
	"invoice": "order", "credit_note": "invoice", "payment": "invoice", "delivery": "order", "return": "delivery",
	"repair": "return", "coupon": "program", "lot": "product", "task": "project",
}

// columns are the amounts of a document in minor units of its currency, and
// the quantity of its lines.
type columns struct {
	Currency aggregates.Currency
	Untaxed  *int64
	Tax      *int64
	Total    *int64
	Residual *int64
	Quantity *aggregates.Decimal
}

// header are the fields that every document has, in the order of its JSON.
type header struct {
	Kind       string     `json:"kind,omitempty"`
	ID         uuid.UUID  `json:"id"`
	Number     *string    `json:"number"`
	State      string     `json:"state"`
	CreatedAt  time.Time  `json:"created_at"`
	UpdatedAt  time.Time  `json:"updated_at"`
	Revision   uint64     `json:"revision"`
	Ticket     *uuid.UUID `json:"ticket,omitempty"`
	Historical bool       `json:"historical,omitempty"`
}

// MarshalJSON writes the document as the HTTP API shows it. The kind of a
// location is a field of its own there, which stands in place of the
// document's.
func (d Document) MarshalJSON() ([]byte, error) {
	kind := d.Kind
	if kind == "location" {
		kind = ""
	}
	head, err := json.Marshal(header{
		Kind: kind, ID: d.ID, Number: text(d.Number), State: d.State,
		CreatedAt: d.CreatedAt.UTC(), UpdatedAt: d.UpdatedAt.UTC(), Revision: d.Revision,
		Ticket: ref(d.Ticket), Historical: d.Historical,
	})
	if err != nil {
		return nil, err
	}
	if len(d.Fields) <= len("{}") {
		return head, nil
	}
	return append(append(head[:len(head)-1], ','), d.Fields[1:]...), nil
}

// with is the document with its fields, any struct, as JSON. That views have
// only fields that JSON can hold, the tests of each view show.
func (d Document) with(fields any) Document {
	b, err := json.Marshal(fields)
	if err != nil {
		panic(fmt.Sprintf("fields of %s %s: %v", d.Kind, d.ID, err))
	}
	d.Fields = b
	return d
}

// key tells the documents of a stream apart.
func (d Document) key() string { return d.Kind + " " + d.ID.String() }

// same says whether two renderings of a document show the same.
func (d Document) same(other Document) bool {
	return d.Number == other.Number && d.State == other.State && d.Ticket == other.Ticket &&
		d.Entity == other.Entity && string(d.Fields) == string(other.Fields)
}
