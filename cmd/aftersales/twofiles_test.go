package main_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const head = "InvoiceNo,InvoiceDate,StockCode,Description,Quantity,UnitPrice,CustomerID,Country\n"

// write keeps lines of a file, without the head, in a file of its own.
func write(t *testing.T, lines string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file.csv")
	if err := os.WriteFile(name, []byte(head+lines), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// halves cuts a file in two after half of its documents.
func halves(t *testing.T, name string) (first, second string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]int{}
	for _, row := range rows[1:] {
		if _, ok := places[row[0]]; !ok {
			places[row[0]] = len(places)
		}
	}
	var parts [2][][]string
	for _, row := range rows[1:] {
		part := 2 * places[row[0]] / len(places)
		parts[part] = append(parts[part], row)
	}
	return write(t, text(parts[0])), write(t, text(parts[1]))
}

func text(rows [][]string) string {
	var b strings.Builder
	_ = csv.NewWriter(&b).WriteAll(rows) // a builder takes all
	return b.String()
}

// figuresOf are those of a report; customers and products can stand in several
// files.
func figuresOf(t *testing.T, reports ...string) map[string]string {
	t.Helper()
	total := sums{}
	for _, r := range reports {
		var figures map[string]any
		if err := json.Unmarshal([]byte(r), &figures); err != nil {
			t.Fatal(err)
		}
		for name, v := range figures {
			if name != "customers" && name != "products" {
				total.add(name, v)
			}
		}
	}
	return total.texts()
}

// The second file's cancellations find the sales of the first, and what the
// first left of them.
func TestASecondFileContinuesWhereTheFirstEnded(t *testing.T) {
	whole, parts := serve(t), serve(t)
	first, second := halves(t, cutFile)
	want, one, two := whole.load(cutFile), parts.load(first), parts.load(second)
	if diff := cmp.Diff(figuresOf(t, want), figuresOf(t, one, two)); diff != "" {
		t.Errorf("reports of one file and two (-one +two):\n%s", diff)
	}
	if diff := cmp.Diff(whole.readModels(), parts.readModels()); diff != "" {
		t.Errorf("read models of one file and two (-one +two):\n%s", diff)
	}
}

// What a cancellation was matched to stays, whatever is sold later. Names of
// products vary between files; the same line can be cancelled in parts; what
// costs nothing cannot be credited alone.
func TestAnImportedFileNeverFindsLaterSales(t *testing.T) {
	s := serve(t)
	first := write(t, `C900001,2010-12-01T08:00:00Z,X,BOX,-2,1.25,1,France
900002,2010-12-01T09:00:00Z,Y,JAR,5,2.10,1,France
900002,2010-12-01T09:00:00Z,Y,JAR,1,2.10,1,France
900002,2010-12-01T09:00:00Z,BANK CHARGES,,1,15,1,France
900003,2010-12-01T09:00:00Z,Z,GIFT,1,0,1,France
900003,2010-12-01T09:00:00Z,Y,,-1,2.10,1,France
`)
	second := write(t, `900004,2010-12-02T08:00:00Z,X,BIG BOX,10,1.30,1,Spain
C900005,2010-12-02T09:00:00Z,Y,,-2,2.10,1,Spain
C900005,2010-12-02T09:00:00Z,Y,,-3,2.10,1,Spain
C900005,2010-12-02T09:00:00Z,Y,,-4,2.10,1,Spain
C900005,2010-12-02T09:00:00Z,BANK CHARGES,,-1,15,1,Spain
C900005,2010-12-02T09:00:00Z,Z,GIFT,-1,0,1,Spain
`)
	one, two := s.load(first), s.load(second)
	for _, c := range []struct{ report, want string }{ // a figure that is zero is left out
		{one, `{"credit_notes":"","credited_total":"","invoices":"2","skipped_lines_not_positive":"1","unmatched_lines":"1","unmatched_quantity":"2"}`},
		{two, `{"credit_notes":"1","credited_lines":"4","credited_quantity":"7","credited_total":"27.60","returned_quantity":"6","returns":"1","unmatched_lines":"2","unmatched_quantity":"4"}`},
	} {
		var want map[string]string
		if err := json.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		got := figuresOf(t, c.report)
		for figure, v := range want {
			if got[figure] != v {
				t.Errorf("%s is %s, want %s", figure, got[figure], v)
			}
		}
	}
	head := s.head()
	if again := s.load(first); again != one {
		t.Errorf("the first file again: %s\nbefore: %s", again, one)
	}
	if again := s.load(second); again != two {
		t.Errorf("the second file again: %s\nbefore: %s", again, two)
	}
	if again := s.head(); again != head {
		t.Errorf("the files again took the log from %d to %d", head, again)
	}
}
