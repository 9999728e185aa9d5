"""PURE. What an exam paper typed in Word says: questions, options, keys, sections, as a careful person reads it."""
