package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates/currency"
)

// currencyFields are those of a currency. One that is not registered has the
// digits of ISO 4217, because something is recorded in it.
type currencyFields struct {
	Code       string  `json:"code"`
	Digits     int     `json:"digits"`
	Name       *string `json:"name"`
	Registered bool    `json:"registered"`
}

// viewCurrency shows the code as the number: it is what people call a currency by.
func viewCurrency(s currency.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	return []Document{Document{Kind: "currency", ID: s.ID, Number: s.Code, State: active}.with(
		currencyFields{s.Code, s.Digits, text(s.Name), s.Registered})}
}
