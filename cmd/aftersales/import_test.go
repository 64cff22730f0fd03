package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wholeFile is the data set as it is handed out; a cut of it is in the program.
const (
	wholeFile = "../../../shared/data/online-retail-2010-12.csv"
	cutFile   = "sample/online-retail.csv"
)

const wholeReport = `{
  "documents": 1230,
  "customers": 691,
  "products": 2129,
  "invoices": 891,
  "invoice_lines": 17321,
  "invoice_total": "362834.05",
  "deliveries": 888,
  "delivered_quantity": 184767,
  "skipped_documents_no_customer": 201,
  "skipped_lines_not_positive": 0,
  "tickets": 138,
  "credit_notes": 48,
  "credited_lines": 106,
  "credited_quantity": 863,
  "credited_total": "2529.91",
  "returns": 48,
  "returned_quantity": 863,
  "unmatched_lines": 274,
  "unmatched_quantity": 11753
}
`

const cutReport = `{
  "documents": 12,
  "customers": 3,
  "products": 76,
  "invoices": 6,
  "invoice_lines": 82,
  "invoice_total": "1812.95",
  "deliveries": 6,
  "delivered_quantity": 695,
  "skipped_documents_no_customer": 0,
  "skipped_lines_not_positive": 0,
  "tickets": 6,
  "credit_notes": 5,
  "credited_lines": 14,
  "credited_quantity": 61,
  "credited_total": "271.65",
  "returns": 5,
  "returned_quantity": 61,
  "unmatched_lines": 5,
  "unmatched_quantity": 17
}
`

// The report of the whole file, a second run that changes nothing, and read
// models that hold what the log says: recounted here, and rebuilt by the program.
func TestTheWholeFileIsImportedOnceAndToThePenny(t *testing.T) {
	file, want := wholeFile, wholeReport
	if _, err := os.Stat(wholeFile); err != nil {
		t.Logf("%s is not here: the cut in the program has to do", wholeFile)
		file, want = cutFile, cutReport
	}
	s := serve(t)
	if diff := cmp.Diff(want, s.load(file)); diff != "" {
		t.Fatalf("report (-want +got):\n%s", diff)
	}
	head := s.head()
	if diff := cmp.Diff(want, s.load(file)); diff != "" {
		t.Errorf("report of the second run (-want +got):\n%s", diff)
	}
	if again := s.head(); again != head {
		t.Errorf("the second run took the log from %d to %d", head, again)
	}
	shown := s.figures()
	s.stop()
	events := s.events()
	identities(t, events)
	if diff := cmp.Diff(recount(events), shown); diff != "" {
		t.Errorf("read models (-log +read models):\n%s", diff)
	}
	var report map[string]any
	if err := json.Unmarshal([]byte(want), &report); err != nil {
		t.Fatal(err)
	}
	for figure, column := range map[string]string{
		"customers": "customers", "products": "products", "invoices": "invoices", "invoice_lines": "invoices lines",
		"invoice_total": "invoices total", "deliveries": "deliveries", "delivered_quantity": "deliveries done",
		"tickets": "tickets", "credit_notes": "credit-notes", "credited_quantity": "credit-notes quantity",
		"credited_total": "credit-notes total", "returns": "returns", "returned_quantity": "returns received",
	} {
		if got, want := shown[column], fmt.Sprint(report[figure]); got != want {
			t.Errorf("%s is %s in the read models, %s in the report", figure, got, want)
		}
	}
	tool(t, "verify", "--data-dir", s.dir) // fails when a read model differs from its rebuild
}
