if(text = '', '', arrayFold(
    (shown, run) -> replaceOne(shown, run, repeat('*', lengthUTF8(run))),
    extractAll(text, '[0-9０-９](?:[ -]?[0-9０-９]){4,}'),
    text
))
