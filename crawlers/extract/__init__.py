"""Documents to text: HTML, PDF, DOCX and ODT, each in a file of its own."""
