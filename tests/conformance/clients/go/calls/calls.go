// Package calls repeats a call as often as the command line says.
package calls

import (
	"log"
	"os"
	"strconv"
	"time"
)

// Repeat calls a function COUNT times with a pause between calls: the arguments of the
// program are COUNT SECONDS.
func Repeat(call func() error) {
	count, err := strconv.Atoi(os.Args[1])
	check(err)
	pause, err := time.ParseDuration(os.Args[2] + "s")
	check(err)
	for number := 0; number < count; number++ {
		if number > 0 {
			time.Sleep(pause)
		}
		check(call())
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
