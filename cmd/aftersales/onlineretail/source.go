package onlineretail

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"aftersales/aggregates"
)

// document is an invoice or a cancellation of the file.
type document struct {
	number   string
	at       time.Time
	customer string // "" when unknown
	country  string
	lines    []line
	passed   int // lines that are not positive
}

// line is a line of a document; the quantity is that sold or cancelled and
// above 0.
type line struct {
	code        string
	description string
	quantity    aggregates.Decimal
	price       aggregates.Decimal
}

func (d document) cancels() bool { return strings.HasPrefix(d.number, "C") }

// date is the business date.
func (d document) date() aggregates.Date { return aggregates.DateOf(d.at, time.UTC) }

// services are the stock codes of what is no goods; those of gifts begin with
// giftCode.
var services = strings.Split("POST,D,M,m,DOT,C2,S,B,PADS,CRUK,AMAZONFEE,BANK CHARGES", ",")

const giftCode = "gift_"

// service says whether a stock code stands for no goods.
func service(code string) bool {
	return slices.Contains(services, code) || strings.HasPrefix(code, giftCode)
}

// columns of the file, in their order.
var columns = strings.Split("InvoiceNo,InvoiceDate,StockCode,Description,Quantity,UnitPrice,CustomerID,Country", ",")

// read takes the whole file before anything is sent: a file with a fault in it
// is refused, with the number of the line, and nothing of it imported.
// Documents stand in the order of their first lines.
func read(file io.Reader) ([]document, error) {
	r := csv.NewReader(file)
	r.FieldsPerRecord = len(columns)
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("the head of the file: %w", err)
	}
	if !slices.Equal(head, columns) {
		return nil, fmt.Errorf("the file's columns are %q, not %q", head, columns)
	}
	var all []document
	places := map[string]int{}
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		d, l, err := parse(fields)
		if err != nil {
			at, _ := r.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", at, err)
		}
		i, known := places[d.number]
		if !known {
			i = len(all)
			all, places[d.number] = append(all, d), i
		}
		all[i].add(l)
	}
}

func parse(fields []string) (document, line, error) {
	at, err := time.Parse(time.RFC3339, fields[1])
	if err != nil {
		return document{}, line{}, err
	}
	quantity, err := aggregates.ParseDecimal(fields[4])
	if err != nil {
		return document{}, line{}, err
	}
	price, err := aggregates.ParseDecimal(fields[5])
	if err != nil {
		return document{}, line{}, err
	}
	if fields[0] == "" || fields[2] == "" {
		return document{}, line{}, errors.New("InvoiceNo and StockCode are needed")
	}
	return document{number: fields[0], at: at.UTC(), customer: fields[6], country: fields[7]},
		line{code: fields[2], description: fields[3], quantity: quantity, price: price}, nil
}

// add takes a line into the document unless it is not positive there.
func (d *document) add(l line) {
	if d.cancels() {
		l.quantity = -l.quantity
	}
	if l.quantity <= 0 {
		d.passed++
		return
	}
	d.lines = append(d.lines, l)
}
