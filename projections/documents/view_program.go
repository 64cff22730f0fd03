package documents

import (
	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/program"
)

// programFields are those of a coupon program, amounts in its currency.
type programFields struct {
	Name        string            `json:"name"`
	Type        program.Type      `json:"type"`
	Rewards     []program.Reward  `json:"rewards"`
	Rules       program.Rules     `json:"rules"`
	StartsOn    *aggregates.Date  `json:"starts_on"`
	EndsOn      *aggregates.Date  `json:"ends_on"`
	UsageLimit  *int64            `json:"usage_limit"`
	Issued      int64             `json:"issued"`
	AvailableOn []program.Channel `json:"available_on"`
	Currency    *string           `json:"currency"`
}

// viewProgram shows issued, the number of coupons that the program gave out.
func viewProgram(s program.State) []Document {
	if s.ID == uuid.Nil {
		return nil
	}
	d := Document{Kind: "coupon_program", ID: s.ID, State: s.Status(), columns: columns{Currency: s.Currency}}
	return []Document{d.with(programFields{
		Name: s.Name, Type: s.Type, Rewards: list(s.Rewards), Rules: list(s.Rules), StartsOn: text(s.StartsOn),
		EndsOn: text(s.EndsOn), UsageLimit: s.UsageLimit, Issued: s.Issued, AvailableOn: list(s.AvailableOn),
		Currency: text(s.Currency.Code()),
	})}
}
