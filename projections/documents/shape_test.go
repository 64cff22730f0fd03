package documents_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// contract are the fields that api.md fixes for each kind, besides those of
// every document. A dot leads into the first of a list or into an object.
var contract = map[string]string{
	"invoice": `customer journal currency invoice_date order lines.id lines.product lines.description lines.quantity
		lines.unit_price lines.discount lines.taxes.name lines.taxes.rate lines.taxes.included lines.untaxed lines.tax
		lines.total lines.credited_quantity lines.creditable_quantity untaxed tax total credited creditable residual
		payment_state credit_notes copied_from`,
	"credit_note": `ticket invoice customer journal currency reversal_date reason lines.invoice_line lines.id
		lines.product lines.description lines.quantity lines.unit_price lines.discount lines.taxes lines.untaxed
		lines.tax lines.total untaxed tax total residual payment_state replacement_invoice`,
	"delivery": `customer order lines.id lines.product lines.quantity lines.done_quantity lines.returned_quantity
		lines.returnable_quantity lines.lots lines.order_line returns`,
	"return": `ticket delivery customer return_location lines.id lines.delivery_line lines.product lines.quantity
		lines.received_quantity lines.lots`,
	"coupon": `ticket program customer code expires_on share_link uses`,
	"repair": `ticket customer product lot quantity return under_warranty scheduled_at responsible tags parts.id
		parts.kind parts.product parts.quantity parts.done_quantity parts.unit_price notes quote.id quote.state
		quote.lines quote.total`,
	"task": `ticket title project customer worksheet_template assignee planned_start planned_end worksheet.version
		worksheet.values worksheet.hash worksheet.signature`,
	"ticket":             `title team customer product lot order priority stage followers`,
	"team":               `name`,
	"customer":           `name email phone language parent address time_zone`,
	"product":            `name sku type tracking unit price`,
	"lot":                `name`,
	"journal":            `code name type`,
	"location":           `name return_location kind`,
	"project":            `name field_service worksheets_enabled default_worksheet_template signature_required portal_visible`,
	"worksheet_template": `name fields.name fields.type fields.required`,
	"coupon_program":     `name type rewards rules starts_on ends_on usage_limit available_on currency`,
	"order":              `customer currency lines.id lines.product lines.quantity lines.unit_price lines.discount lines.taxes confirmed_at`,
	"payment":            `amount paid_on reference`,
	"access_token":       `actor roles teams customer expires_at issued_by`,
	"portal_link":        `ticket document_kind document customer expires_at issued_by`,
}

func TestEveryFieldOfTheContractIsThere(t *testing.T) {
	for _, kind := range kinds {
		golden, err := os.ReadFile(filepath.Join("testdata", kind+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var all []any
		if err := json.Unmarshal(golden, &all); err != nil {
			t.Fatal(err)
		}
		if contract[kind] == "" {
			t.Errorf("no fields of a %s are fixed", kind)
		}
		for path := range strings.FieldsSeq("id number state created_at updated_at revision " + contract[kind]) {
			if !has(all[0], strings.Split(path, ".")) {
				t.Errorf("a %s has no %s", kind, path)
			}
		}
	}
}

func has(value any, path []string) bool {
	if list, ok := value.([]any); ok && len(path) > 0 && len(list) > 0 {
		value = list[0]
	}
	if len(path) == 0 {
		return true
	}
	object, ok := value.(map[string]any)
	inner, found := object[path[0]]
	return ok && found && has(inner, path[1:])
}
