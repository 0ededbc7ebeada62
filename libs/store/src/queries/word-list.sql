SELECT words
FROM word_lists FINAL
WHERE name = {name:String}
