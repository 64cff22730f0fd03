package portal

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"aftersales/projections/documents"
)

// allowed are the fields of each kind that a customer may see (domain.md 4).
// Notes, parts and their costs, followers, warehouse places and what the agent
// gave as a reason to revoke stay inside.
var allowed = map[string][]string{
	"ticket":      {"title", "description", "customer", "product", "lot", "order", "priority", "stage", "assignee", "rating", "return_requests"},
	"task":        {"title", "description", "project", "priority", "deadline", "customer", "assignee", "planned_start", "planned_end", "signature_required", "worksheet"},
	"credit_note": {"invoice", "customer", "currency", "reversal_date", "due_date", "reason", "reference", "lines", "goodwill", "untaxed", "tax", "total", "residual", "payment_state"},
	"invoice":     {"customer", "currency", "invoice_date", "due_date", "order", "lines", "untaxed", "tax", "total", "residual", "payment_state"},
	"delivery":    {"customer", "order", "lines", "returns"},
	"return":      {"delivery", "customer", "reason", "closed_short", "lines"},
	"coupon":      {"program", "customer", "code", "expires_on", "share_link", "uses", "reservation", "redemption"},
	"order":       {"customer", "currency", "confirmed_at", "valid_until", "require_signature", "require_payment", "paid", "accepted_by", "lines", "untaxed", "deliveries", "invoices"},
	"repair":      {"customer", "product", "lot", "quantity", "unit", "return", "under_warranty", "scheduled_at", "quote"},
}

// visible is what a customer may see of a document, and whether it is anything.
func visible(d documents.Document) (shown documents.Document, ok bool, err error) {
	names, known := allowed[d.Kind]
	if !known || d.Entity == uuid.Nil {
		return documents.Document{}, false, nil
	}
	switch d.Kind {
	case "ticket":
		ok = true
		d, err = undescribed(d)
	case "invoice":
		ok = d.State == "posted"
	case "delivery":
		ok = d.State == "done"
	case "credit_note":
		ok = d.State == "posted"
		d, err = negated(d)
	case "task":
		var of struct {
			PortalVisible bool `json:"portal_visible"`
		}
		err = json.Unmarshal(d.Fields, &of)
		ok = of.PortalVisible
		if err == nil && ok {
			d, err = sharedWorksheet(d)
		}
	case "order":
		ok = d.State != "draft"
	case "repair":
		ok = true
		d, err = withoutDraftQuote(d)
	default:
		ok = true
	}
	if err == nil && ok {
		shown, err = d.Only(names...)
	}
	if err != nil {
		return documents.Document{}, false, fmt.Errorf("portal: %s %s: %w", d.Kind, d.ID, err)
	}
	return shown, ok, nil
}

// sharedWorksheet hides a worksheet that was not shared; of one that was, the
// versions that wait for a choice of the company's people, and who filled it in.
func sharedWorksheet(d documents.Document) (documents.Document, error) {
	var of struct {
		Worksheet map[string]json.RawMessage `json:"worksheet"`
	}
	if err := json.Unmarshal(d.Fields, &of); err != nil || of.Worksheet == nil {
		return d, err
	}
	if string(of.Worksheet["shared"]) != "true" {
		return d.Set("worksheet", nil)
	}
	delete(of.Worksheet, "conflict")
	delete(of.Worksheet, "saved_by")
	return d.Set("worksheet", of.Worksheet)
}

// negated shows the amounts of a credit note as what they are to the customer:
// less to pay (domain.md 4). Whether a line is invoiced again is not for them.
func negated(d documents.Document) (documents.Document, error) {
	var note map[string]any
	if err := json.Unmarshal(d.Fields, &note); err != nil {
		return d, err
	}
	for _, part := range []string{"lines", "goodwill"} {
		lines, _ := note[part].([]any)
		for _, line := range lines {
			if line, ok := line.(map[string]any); ok {
				negate(line)
				delete(line, "reinvoice")
			}
		}
	}
	negate(note)
	var err error
	for _, name := range append([]string{"lines", "goodwill"}, amounts...) {
		if value, ok := note[name]; ok && err == nil {
			d, err = d.Set(name, value)
		}
	}
	return d, err
}

// amounts are the fields of a document and of its lines that are money.
var amounts = []string{"untaxed", "tax", "total", "residual"}

func negate(fields map[string]any) {
	for _, name := range amounts {
		if amount, ok := fields[name].(string); ok && strings.Trim(amount, "0.") != "" { // there is no negative zero
			fields[name] = "-" + amount
		}
	}
}

// withoutDraftQuote hides a quotation until it was sent.
func withoutDraftQuote(d documents.Document) (documents.Document, error) {
	var of struct {
		Quote *struct {
			State string `json:"state"`
		} `json:"quote"`
	}
	if err := json.Unmarshal(d.Fields, &of); err != nil || of.Quote == nil || of.Quote.State != "draft" {
		return d, err
	}
	return d.Set("quote", nil)
}

// undescribed hides a description that was written when the ticket was somebody
// else's.
func undescribed(d documents.Document) (documents.Document, error) {
	var of struct {
		Shared bool `json:"description_shared"`
	}
	if err := json.Unmarshal(d.Fields, &of); err != nil || of.Shared {
		return d, err
	}
	return d.Set("description", nil)
}
