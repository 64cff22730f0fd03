package mail

import "aftersales/aggregates"

// QuotationLine bills a product. UnitPrice and Total are decimals in whole units
// of the quotation's currency.
type QuotationLine struct {
	Product   string
	Quantity  aggregates.Decimal
	Unit      string
	UnitPrice string
	Total     string
}

// Quotation is what a mail about a quotation tells. Number is that of what is
// quoted; Total is a decimal in whole units of Currency, to which taxes come when
// Untaxed; ValidUntil is the last day to accept it, empty for no end.
type Quotation struct {
	Number     string
	Currency   aggregates.Currency
	Lines      []QuotationLine
	Total      string
	Untaxed    bool
	ValidUntil aggregates.Date
}

// Write sets the subject and the text of m in its language, English when there
// is no other.
func (q Quotation) Write(m *Message) error { return m.write("quotation", q) }
