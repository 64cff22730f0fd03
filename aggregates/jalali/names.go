package jalali

import "time"

// Name is what something is called in both languages.
type Name struct {
	English, Persian string
}

// Months are those of the year in order, Farvardin at 0.
var Months = [12]Name{
	{"Farvardin", "فروردین"},
	{"Ordibehesht", "اردیبهشت"},
	{"Khordad", "خرداد"},
	{"Tir", "تیر"},
	{"Mordad", "مرداد"},
	{"Shahrivar", "شهریور"},
	{"Mehr", "مهر"},
	{"Aban", "آبان"},
	{"Azar", "آذر"},
	{"Dey", "دی"},
	{"Bahman", "بهمن"},
	{"Esfand", "اسفند"},
}

// GregorianMonths are those of the Gregorian year in order, January at 0.
var GregorianMonths = [12]Name{
	{"January", "ژانویه"},
	{"February", "فوریه"},
	{"March", "مارس"},
	{"April", "آوریل"},
	{"May", "مه"},
	{"June", "ژوئن"},
	{"July", "ژوئیه"},
	{"August", "اوت"},
	{"September", "سپتامبر"},
	{"October", "اکتبر"},
	{"November", "نوامبر"},
	{"December", "دسامبر"},
}

// Weekdays are those of the week by time.Weekday.
var Weekdays = [7]Name{
	time.Sunday: {"Sunday", "یکشنبه"}, time.Monday: {"Monday", "دوشنبه"}, time.Tuesday: {"Tuesday", "سه‌شنبه"},
	time.Wednesday: {"Wednesday", "چهارشنبه"}, time.Thursday: {"Thursday", "پنجشنبه"}, time.Friday: {"Friday", "جمعه"},
	time.Saturday: {"Saturday", "شنبه"},
}
