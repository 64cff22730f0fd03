package http_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// Domain.md 2.6, 3.1 and 3.3, pain 6: an order tells of each line what was
// delivered and invoiced. A refund from a ticket changes neither, unless a credit
// line says that it is to be invoiced again; a return lowers what was delivered on
// reception, unless it says not to.
func TestAnOrderTellsWhatIsDeliveredAndInvoiced(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	path := "/v1/orders/" + id("order").String()
	is := func(query string, delivered, invoiced, status string) {
		t.Helper()
		want := map[string]string{
			"lines.0.quantity": "3", "lines.0.delivered_quantity": delivered, "lines.0.invoiced_quantity": invoiced, "invoice_status": status,
		}
		s.get(path+query, since(s.last())).shows(want)
		if query == "" {
			s.get("/v1/orders?number=S1", since(s.last())).shows(map[string]string{
				"items.0.lines.0.delivered_quantity": delivered, "items.0.lines.0.invoiced_quantity": invoiced, "items.0.invoice_status": status,
			})
		}
	}
	is("", "3", "3", "invoiced")
	atFirst := s.now()
	s.clock.Add(time.Hour.Milliseconds())

	credit := m{"invoice_line": id("invoice line"), "quantity": "2"}
	draft := s.post(on("ticket", "refunds"), but(refund("invoice", "reverse"), "lines", []m{credit}))
	note := "/v1/credit-notes/" + draft.created()
	s.get(note, since(draft)).shows(map[string]string{"lines.0.reinvoice": "false"})
	is("", "3", "3", "invoiced")
	credit["reinvoice"] = true
	edited := s.post(note+"/lines", m{"lines": []m{credit}}, s.seen(note, s.last()))
	s.get(note, since(edited)).shows(map[string]string{"lines.0.reinvoice": "true"})
	is("", "3", "1", "to_invoice")
	s.post(note+"/post", nil)
	is("", "3", "1", "to_invoice")
	s.invoice("second", "2", false)
	is("", "3", "3", "invoiced")
	s.post("/v1/invoices/"+id("second").String()+"/discard", nil)
	is("", "3", "1", "to_invoice")

	back := s.post(on("ticket", "returns"), giveBack("delivery", "1"))
	s.get("/v1/returns/"+back.created(), since(back)).shows(map[string]string{"update_order_quantities": "true"})
	is("", "3", "1", "to_invoice")
	s.post("/v1/returns/"+back.created()+"/receive", nil)
	is("", "2", "1", "to_invoice")
	kept := s.post(on("ticket", "returns"), but(giveBack("delivery", "1"), "update_order_quantities", false))
	s.get("/v1/returns/"+kept.created(), since(kept)).shows(map[string]string{"update_order_quantities": "false"})
	s.post("/v1/returns/"+kept.created()+"/receive", nil)
	is("", "2", "1", "to_invoice")

	// Past states are folded from the log by the same rules; what is read with
	// If-None-Match is not kept back, as the order's own revision stays.
	s.clock.Add(time.Hour.Milliseconds())
	is("?as_of="+url.QueryEscape(atFirst.Format(time.RFC3339Nano)), "3", "3", "invoiced")
	is("?as_of="+url.QueryEscape(s.now().Format(time.RFC3339Nano)), "2", "1", "to_invoice")
	is("?at_revision=0", "0", "0", "to_invoice")
	now := s.get(path, since(s.last()))
	if a := s.send(http.MethodGet, path, nil, with("If-None-Match", now.header.Get("ETag"))); a.status != http.StatusOK {
		t.Errorf("%d", a.status)
	}
}

// Example 5, R-22: what is reversed to be invoiced anew is invoiced by its copy.
func TestAnInvoiceAndItsReplacementInvoiceOnce(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	made := s.post(on("ticket", "refunds"), refund("invoice", "reverse_and_create_invoice"))
	s.get("/v1/credit-notes/"+made.created(), since(made)).shows(map[string]string{"lines.0.reinvoice": "true"})
	path := "/v1/orders/" + id("order").String()
	s.get(path, since(made)).shows(map[string]string{"lines.0.invoiced_quantity": "3", "invoice_status": "invoiced"})
	discarded := s.post("/v1/invoices/"+made.text("documents.1.id")+"/discard", nil)
	s.get(path, since(discarded)).shows(map[string]string{"lines.0.invoiced_quantity": "0", "invoice_status": "to_invoice"})
}
