package mail

import (
	"strings"

	"aftersales/aggregates"
)

// Coupon is what a mail about a coupon tells. Program is the name of its program;
// ExpiresOn is the last valid day, empty for never; Note is the agent's own text.
type Coupon struct {
	Code      string
	Program   string
	Rewards   []Reward
	ExpiresOn aggregates.Date
	Note      string
}

// Reward is what a coupon gives: the Quantity of the product Free, or a discount of
// Percent or a Fixed amount, at most Max, off the Products, the Cheapest product or
// else the order. Amounts come with their currency.
type Reward struct {
	Percent, Fixed, Max string
	Cheapest            bool
	Products            []string
	Free                string
	Quantity            aggregates.Decimal
}

// Write sets the subject and the text of m in its language, English when there
// is no other: the code, what it gives, and the last valid day if there is one
// (C-16).
func (c Coupon) Write(m *Message) error {
	c.Note = strings.TrimSpace(c.Note)
	return m.write("coupon", c)
}
