package currency

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
)

// Event is one of the events below and nothing else.
//
//sumtype:decl
type Event interface{ currencyEvent() }

// Registered makes a currency known to the company, with 0 to
// aggregates.MaxCurrencyDigits digits; once more when it is called otherwise.
type Registered struct {
	Currency uuid.UUID `json:"currency"`
	Code     string    `json:"code"`
	Digits   int       `json:"digits"`
	Name     string    `json:"name,omitempty"`
}

// FirstUsed says that something in a currency that nobody had registered is about
// to be recorded: from now on its digits are those of ISO 4217.
type FirstUsed struct {
	Currency uuid.UUID `json:"currency"`
	Code     string    `json:"code"`
	Digits   int       `json:"digits"`
}

func (Registered) currencyEvent() {}
func (FirstUsed) currencyEvent()  {}

// Model is the currency aggregate: streams "currency-<id>", see ID.
var Model = aggregates.NewModel("currency", evolve,
	aggregates.Define[Registered]("currency-registered"),
	aggregates.Define[FirstUsed]("currency-first-used"),
)
