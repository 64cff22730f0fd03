package http_test

import (
	"net/http"
	"testing"
)

// what the popup Refund begins with.
func TestTheRefundDialogBeginsWithTheTicket(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	d := s.dialog("ticket", "refund", "")
	d.shows(map[string]string{
		"defaults.order": id("order").String(), "defaults.product": id("product").String(), "defaults.lot": "",
		"defaults.invoices.0": id("invoice").String(), "defaults.reason": "T00001", "defaults.journal": id("journal").String(),
		"defaults.reversal_date": "2026-03-01", "empty_reason": "", "empty_text": "",
		"fields.order.required": "false", "fields.product.visible": "true", "fields.lot.visible": "false",
		"fields.invoices.required": "true", "fields.reason.required": "false", "fields.journal.required": "true",
		"fields.reversal_date.required": "true", "candidates.invoices.0.creditable": "36.00", "candidates.invoices.0.currency": "EUR",
		"candidates.invoices.0.lines.0.creditable_quantity": "3", "candidates.modes.0.id": "reverse", "candidates.modes.1.id": "reverse_and_create_invoice",
	})
	d.offers(t, "orders", "order")
	s.ticket("bare", m{"customer": id("customer")})
	bare := s.dialog("bare", "refund", "")
	bare.shows(map[string]string{"defaults.order": "", "defaults.product": "", "defaults.reason": "T00002"})
	d = s.dialog("ticket", "refund", "?order=&product=")
	d.shows(map[string]string{"defaults.order": "", "defaults.product": ""})
}

// with a product, only the orders and invoices that contain it are
// offered, and the ticket's order is the default only if it does.
func TestTheRefundDialogIsNarrowedByProductOrderAndInvoice(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.invoice("draft", "1", false) // not offered
	all := s.dialog("ticket", "refund", "?product=&order=")
	all.offers(t, "invoices", "drill invoice", "invoice")
	all.offers(t, "orders", "drill order", "order")
	all.offers(t, "products", "product", "tracked")
	all.offers(t, "journals")
	all.shows(map[string]string{"defaults.invoices.0": "", "defaults.journal": "", "fields.journal.visible": "false", "fields.lines.visible": "false"})
	lamp := s.dialog("ticket", "refund", "")
	lamp.offers(t, "invoices", "invoice")
	lamp.offers(t, "orders", "order")
	drill := s.dialog("ticket", "refund", "?product="+id("tracked").String())
	drill.offers(t, "invoices", "drill invoice")
	drill.offers(t, "orders", "drill order")
	drill.shows(map[string]string{"defaults.order": "", "defaults.invoices.0": id("drill invoice").String()})
	s.dialog("ticket", "refund", "?product=&order="+id("drill order").String()).offers(t, "invoices", "drill invoice")
	for query, code := range map[string]string{
		"?product=" + id("nothing").String(): "product_not_found",
	} {
		s.send(http.MethodGet, on("ticket", "refund-options")+query, nil).refused(http.StatusUnprocessableEntity, code)
	}
	for _, query := range []string{"?product=x", "?order=x", "?invoice=x"} {
		s.send(http.MethodGet, on("ticket", "refund-options")+query, nil).refused(http.StatusBadRequest, "invalid_parameter")
	}
}

// the lot is a field only when the product has lots; offered are those
// that the customer received, and the ticket's goes with the ticket's product.
func TestTheRefundDialogShowsLotsOfTrackedProducts(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.drill()
	s.ticket("drill", m{"customer": id("customer"), "product": id("tracked"), "lot": id("lot 2")})
	d := s.dialog("drill", "refund", "")
	d.shows(map[string]string{"fields.lot.visible": "true", "fields.lot.required": "false", "defaults.lot": id("lot 2").String()})
	d.offers(t, "lots", "lot", "lot 2")
	other := s.dialog("drill", "refund", "?product="+id("product").String())
	other.shows(map[string]string{"fields.lot.visible": "false", "defaults.lot": ""})
	other.offers(t, "lots")
	none := s.dialog("drill", "refund", "?product=")
	none.shows(map[string]string{"fields.lot.visible": "false", "defaults.lot": ""})
}

// several invoices can be chosen at once, and make a credit note each.
func TestTheRefundDialogTakesSeveralInvoices(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.invoice("second", "1", true)
	d := s.dialog("ticket", "refund", "")
	d.offers(t, "invoices", "invoice", "second")
	d.shows(map[string]string{"defaults.invoices.0": "", "fields.journal.visible": "false"})
	d = s.dialog("ticket", "refund", "?invoice="+id("second").String()+"&invoice="+id("invoice").String())
	d.shows(map[string]string{"defaults.invoices.0": id("second").String(), "defaults.invoices.1": id("invoice").String(), "defaults.journal": id("journal").String()})
	made := s.post(on("ticket", "refunds"), m{
		"invoices": d.at("defaults.invoices"), "reversal_date": d.at("defaults.reversal_date"), "mode": "reverse",
		"order": d.at("defaults.order"), "product": d.at("defaults.product"), "reason": d.at("defaults.reason"), "journal": d.at("defaults.journal"),
	})
	if n := len(made.list("documents")); n != 2 {
		t.Errorf("%d credit notes for two invoices", n)
	}
}

// the journal is that of the first invoice chosen; only journals of
// its type are offered, another is refused.
func TestTheRefundDialogOffersJournalsOfTheInvoicesType(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/journals", m{"id": id("second journal"), "code": "WEB", "name": "Web sales", "type": "sale"})
	s.post("/v1/journals", m{"id": id("purchases"), "code": "BILL", "name": "Purchases", "type": "purchase"})
	d := s.dialog("ticket", "refund", "")
	d.offers(t, "journals", "journal", "second journal")
	d.shows(map[string]string{"defaults.journal": id("journal").String()})
	body := refund("invoice", "reverse")
	body["journal"] = id("purchases")
	s.send(http.MethodPost, on("ticket", "refunds"), body).refused(http.StatusUnprocessableEntity, "journal_type_mismatch")
	body["journal"] = id("second journal")
	note := s.post(on("ticket", "refunds"), body)
	s.get("/v1/credit-notes/"+note.created(), since(note)).shows(map[string]string{"journal": id("second journal").String()})
}

// an empty list says why, in the language of the caller.
func TestTheRefundDialogSaysWhyThereIsNoInvoice(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/orders", m{
		"id": id("not billed"), "number": "S3", "customer": id("customer"), "currency": "EUR",
		"lines": []m{{"product": id("product"), "quantity": "1", "unit_price": "10.00"}},
	})
	s.ticket("of B", m{"customer": id("other customer")})
	empty := func(d answer, code, text string) {
		t.Helper()
		d.shows(map[string]string{"empty_reason": code, "empty_text": text})
		d.offers(t, "invoices")
	}
	empty(s.dialog("of B", "refund", ""), "no_posted_invoice", "This customer has no posted invoice.")
	persian := catalogueOfMessages(t)["no_posted_invoice"][2]
	empty(s.dialog("of B", "refund", "", with("Accept-Language", "fa")), "no_posted_invoice", persian)
	empty(s.dialog("ticket", "refund", "?product="+id("tracked").String()), "product_not_invoiced", "The product is on no posted invoice of this customer.")
	empty(s.dialog("ticket", "refund", "?order="+id("not billed").String()), "order_not_invoiced", "The sales order is on no posted invoice.")
	s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"))
	empty(s.dialog("ticket", "refund", ""), "all_credited", "Every invoice has been credited in full.")
}

// Domain.md 2.3: all contacts of a company share its invoices and deliveries.
func TestDialogsOfferWhatBelongsToTheCommercialEntity(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.post("/v1/customers", m{"id": id("colleague"), "name": "Customer A, purchasing", "parent": id("customer")})
	s.ticket("of the colleague", m{"customer": id("colleague")})
	s.dialog("of the colleague", "refund", "").offers(t, "invoices", "invoice")
	s.dialog("of the colleague", "return", "").offers(t, "deliveries", "delivery")
}

// who may not post is offered Reverse alone, and so is everybody
// once something is credited.
func TestTheRefundDialogOffersTheModesThatTheCommandTakes(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	agent := s.token("agent", []string{"agent"}, nil)
	if got := s.dialog("ticket", "refund", "", as(agent)).candidates("modes"); got != "reverse" {
		t.Errorf("an agent is offered %q", got)
	}
	s.send(http.MethodPost, on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"), as(agent)).
		refused(http.StatusForbidden, "posting_forbidden")
	body := refund("invoice", "reverse")
	body["lines"] = []m{{"invoice_line": id("invoice line"), "quantity": "1"}}
	s.post("/v1/credit-notes/"+s.post(on("ticket", "refunds"), body).created()+"/post", m{})
	d := s.dialog("ticket", "refund", "")
	d.shows(map[string]string{"candidates.invoices.0.creditable": "24.00", "candidates.modes.1.id": ""})
	s.send(http.MethodPost, on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice")).
		refused(http.StatusConflict, "invoice_already_credited")
}
