"""What the grammar rules find, and what they leave alone."""

import pytest

pytest.importorskip("spacy", reason="needs the extra [parse]")

from actors.phases.grammar import Slip, slips_of
from actors.phases.nlp.parsing import is_installed, trees

if not is_installed():
    pytest.skip("needs the extra [parse]", allow_module_level=True)

WRONG = [
    ("My brother Tom come to school every day.", "verb_agreement", "Tom come"),
    ("Nobody said nothing.", "double_negative", "Nobody said nothing"),
    ("They dont have nothing to do.", "double_negative", "dont have nothing"),
    ("Having a good attitude it helps people.", "double_subject", "attitude it helps"),
    ("Good attitude it helps people be happy.", "double_subject", "attitude it helps"),
    ("Many kids be taking them out in class.", "be_and_verb", "kids be taking"),
    ("While people playing sports, they get happy.", "be_and_verb", "people playing"),
    ("I was sad because I have lost my dog.", "past_tense", "have lost"),
    ("In my free time I love the music.", "article", "love the music"),
    ("The school is considering to add one hour.", "ing_form", "considering to add"),
    ("Is the best option to spend time outside.", "missing_subject", "Is the"),
    ("It was closed due to it was raining.", "because_of", "due to it was"),
    ("Anna go to school every day.", "verb_agreement", "Anna go"),
    ("Maria want to become a doctor.", "verb_agreement", "Maria want"),
    ("I was sure that I have closed the door.", "past_tense", "sure that I have closed"),
    ("I thought he is angry.", "past_tense", "thought he is"),
    ("She asked me if I can help her.", "past_tense", "asked me if I can"),
    ("I didn't know that she is ill.", "past_tense", "know that she is"),
    ("When I came home we eat dinner.", "past_tense", "we eat"),
    ("There is so many people in the city.", "there_is", "There is so many"),
    ("There was some old books on the table.", "there_is", "There was some old books"),
    ("There are a problem with this plan.", "there_is", "There are a problem"),
    ("Peoples comes here every years.", "plural_nouns", "every years"),
    ("Peoples comes here every years.", "mass_nouns", "Peoples"),
    ("My mother she work in a bank.", "double_subject", "My mother she"),
    ("The teachers they were very kind to us.", "double_subject", "The teachers they"),
    ("I am living here since ten years.", "since_for", "since ten years"),
    ("We live in this house since 2010.", "since_for", "live in this house since"),
    ("I have went there many times.", "past_participle", "have went"),
    ("He has forgot his keys at home.", "past_participle", "has forgot"),
    ("They have never see the sea.", "past_participle", "have never see"),
    ("She go to work by bus every morning.", "verb_agreement", "She go"),
    ("The students has a lot of homework.", "verb_agreement", "students has"),
    ("My friend like to play football.", "verb_agreement", "friend like"),
    ("She usually bring a book to school.", "verb_agreement", "She usually bring"),
    ("The professor oppose this idea.", "verb_agreement", "professor oppose"),
    ("We was very happy about it.", "verb_agreement", "We was"),
    ("She is good teacher.", "article", "good teacher"),
    ("I have car and I drive it to work.", "article", "car"),
    ("They did it in same way.", "article", "same way"),
    ("It is one of most important cities in the country.", "article", "most important cities"),
    ("Most of students like music.", "most_of", "Most of students"),
    ("I stayed there for ten year.", "plural_nouns", "ten year"),
    ("He has many friend in town.", "plural_nouns", "many friend"),
    ("One of my friend lives in Paris.", "plural_nouns", "One of my friend"),
    ("I met a lot of student there.", "plural_nouns", "lot of student"),
    ("They live in other country.", "plural_nouns", "other country"),
    ("This problems are difficult.", "this_these", "This problems"),
    ("He gave me an advice about it.", "mass_nouns", "an advice"),
    ("I need some informations about the course.", "mass_nouns", "informations"),
    ("You can went there by train.", "base_verb", "can went"),
    ("We must to leave early.", "base_verb", "must to leave"),
    ("I didn't wanted to go there.", "base_verb", "didn't wanted"),
    ("They decided to went home.", "base_verb", "to went"),
    ("I am agree with you.", "be_and_verb", "am agree"),
    ("They still doing the same thing.", "be_and_verb", "They still doing"),
    ("I look forward to hear from you.", "ing_form", "to hear"),
    ("She enjoys to swim in the lake.", "ing_form", "enjoys to swim"),
    ("He left without say a word.", "ing_form", "without say"),
    ("They want go home now.", "want_to", "want go"),
    ("The film made me to cry.", "want_to", "made me to cry"),
    ("I have seen him yesterday.", "past_tense", "have seen"),
    ("When I will arrive, I will call you.", "time_clause", "When I will"),
    ("If I would have more time, I would read more.", "time_clause", "If I would"),
    ("It is better if our school would do it.", "time_clause", "if our school would"),
    ("We stayed at home because is very cold here.", "missing_subject", "because is"),
    ("I don't know what is it.", "indirect_question", "what is it"),
    ("Can I ask you how can I find the station, because I am lost.", "indirect_question", "how can I"),
    ("We were late because of we missed the bus.", "because_of", "because of we missed"),
    ("Although it rained, but we went out.", "although_but", "but"),
    ("The people which live here are friendly.", "who_which", "people which"),
    ("I like very much the music of this band.", "word_order", "like very much the"),
    ("She sings very good.", "adverb_form", "sings very good"),
    ("We danced beautiful at the wedding.", "adverb_form", "danced beautiful"),
    ("It was extreme cold.", "adverb_form", "extreme cold"),
    ("He is a very carefully driver.", "adverb_form", "a very carefully"),
    ("She studied very hardly for it.", "adverb_form", "studied very hardly"),
    ("I very like it.", "word_order", "very like"),
    ("I play always football on Sundays.", "word_order", "play always football"),
    ("Always I get up early.", "word_order", "Always I get"),
    ("I have a car red.", "word_order", "car red"),
    ("Society need rules.", "verb_agreement", "Society need"),
    ("My friends and I was late.", "verb_agreement", "friends and I was"),
    ("My mother and my father lives in Spain.", "verb_agreement", "mother and my father lives"),
    ("One of my friends live in London.", "verb_agreement", "One of my friends live"),
    ("The news are good.", "verb_agreement", "news are"),
    ("Since we had no money, so we walked.", "although_but", "so"),
    ("In spite of he was tired, he worked.", "because_of", "spite of he was"),
    ("I live here for ten years.", "since_for", "live here for ten years"),
    ("Was very nice to see you.", "missing_subject", "Was very"),
    ("In my country is very hot.", "missing_subject", "country is"),
    ("They enjoyed a lot at the party.", "missing_object", "enjoyed a lot at"),
    ("I bought a book and I gave to my friend.", "missing_object", "gave to my"),
    ("I don't know nothing about it.", "double_negative", "don't know nothing"),
    ("The book what I read was good.", "who_which", "book what"),
    ("A friend of me came.", "pronoun_form", "friend of me"),
    ("We stayed in my parents house.", "owner_apostrophe", "parents house"),
    ("Why you are sad?", "question_order", "Why you are"),
    ("Can you tell me where is the station?", "indirect_question", "where is the"),
    ("Do you can help me?", "base_verb", "Do you can"),
    ("It is such beautiful place.", "article", "such beautiful place"),
    ("However I still think it is true.", "opening_comma", "However I"),
    ("When we arrived at the hotel we went to bed.", "opening_comma", "hotel we"),
    ("In people opinion, it is better.", "owner_apostrophe", "people opinion"),
    ("There are a lot of traffic here.", "there_is", "There are a lot of traffic"),
    ("Is raining today.", "missing_subject", "Is raining"),
    ("He not like coffee.", "base_verb", "He not like"),
    ("The colour of the walls are white.", "verb_agreement", "colour of the walls are"),
    ("They helped each others families.", "owner_apostrophe", "each others"),
    ("People should respect each others effort.", "owner_apostrophe", "each others"),
]
RIGHT = (
    "I want to tell you which policy I think is better. The one I think is best is here.",
    "Students know after that vacations are coming.",
    "Students having the choice of a project is going to make the work more interesting.",
    "A good amount of students have bad grades. A reason why they have bad grades is the noise. I do not have to go.",
    "I loved the film. I love the music. We like the music of our town.",
    "Looking at the map it is clear to us. The book it describes is good.",
    "I suggest that they be leaving soon. If they be coming, tell me.",
    "We were glad because she has always helped us. I was happy because I have a dog.",
    "No one but you said nothing. Nobody knows that nothing is wrong.",
    "One hour is considered to be enough. My brother Tom came to school.",
    "They stay on task and reach their long time success goal.",
    "I think that the posture and the failure aren't in my vocabulary.",
    "Having good body language helps. This is what you had dreamt of.",
    "They suggested that Anna go home. Let Tom come in. Did Maria come too? Anna and Tom go to school.",
    "I thought he was angry. I think he is angry. I knew that he is still here.",
    "I realized that I am stronger than before. She asked if I could help.",
    "When I was young, I think we had more time. When I came home, we ate. When I look back, I see a child.",
    "There is a lot of water in the lake.",
    "There are many people in the city, and there is a park.",
    "There was a group of children in the yard.",
    "My mother, she said, works in a bank.",
    "The man he saw was my uncle.",
    "The way they do it is strange.",
    "I have lived here for ten years, since 2010.",
    "Since two years ago, nothing has changed.",
    "I have gone there many times.",
    "He had come home and become ill.",
    "She has to go to work by bus every morning.",
    "Does she go to work by bus?",
    "I saw her go home.",
    "They made my brother go home.",
    "I suggest that he go home.",
    "One of the students who live here has a dog.",
    "Neither he nor they know it.",
    "The news is good, and politics is hard.",
    "My family are at home. The police have come.",
    "Each of the teachers has a key.",
    "Ten years is a long time.",
    "She is a good teacher, and he works as teacher and father.",
    "We went by car, on foot, from door to door and from day to day.",
    "They go to school and go to church.",
    "In the same way, most important cities have a park.",
    "Most of the students like music, and most students read.",
    "It is a ten-year plan for a twelve year old boy.",
    "A few friends and a lot of music are enough.",
    "A great many people came.",
    "You can go there by train, and you could have gone by bus.",
    "Everything I could do to help was done.",
    "I did everything I could to help her.",
    "He used to live here. I am used to living alone.",
    "We look forward to the summer.",
    "The film was made to help people.",
    "All he did was go home.",
    "What we need is sleep.",
    "He left before breakfast, without a word.",
    "I saw him yesterday, and I have seen her today.",
    "When will you arrive? I wonder when he will arrive.",
    "I would be glad if you would reply soon.",
    "I don't know what it is.",
    "What is it? How can I help you?",
    "He asked, “What is it?”",
    "The house which stands there is old.",
    "I like music very much.",
    "It is good enough, and we have enough good books.",
    "However hard it is, we go on.",
    "However, I still think it is true.",
    "When we arrived, we went to bed.",
    "When you swim, do you like it?",
    "He read it last week and put it on the table.",
    "With the children playing outside, we slept.",
    "She plays good football, she looks good, and she sings very well.",
    "He hardly works, but the work is hard.",
    "I very much like it, and I have always liked it.",
    "Bread and butter is good. The wife and mother of two was tired.",
    "I like dogs and my brother likes cats.",
    "One of the things that make me happy is music. One of my friends lives here.",
    "If you are so tired, go to bed.",
    "He did not come, and nobody knew why. He is not active, then he brings no joy.",
    "We never spend time doing nothing.",
    "What do you enjoy? The thing I enjoy at the beach is the sun.",
    "The present I gave to my mother was small.",
    "He told the teacher what he knew.",
    "My friends live in Spain, and my parents work in a bank.",
    "What I want to know is why?",
    "In my opinion, the film is very good, and in my country there is a lake.",
    "He will live here for ten years, and he worked here for ten years.",
    "Such good news is rare.",
    "Despite it being late, we went.",
    "They help each other, and they know each other's parents.",
    "I think that it success if you try.",
    "I think that have a good attitude is important.",
    "He was told that, maybe go there to eat.",
    "It happens every day that is a waste.",
    "Spain shares part of the mountains with France.",
    "Those who know it help.",
    "The school board want's to add an hour.",
    "Like this students will get less distracted.",
    "I suggest he not go. Whether or not they like it, we go.",
    "There is a lot of traffic, and there are a lot of cars.",
    "Some people say there opinion.",
)


def slips_in(text: str) -> list[Slip]:
    """The slips found in a text, without doubts."""
    return [found for tree in trees([text]) for found in slips_of(tree) if not found.doubt]


@pytest.mark.parametrize(("text", "topic", "quoted"), WRONG, ids=[f"{topic}: {quoted}" for _, topic, quoted in WRONG])
def test_what_learners_get_wrong_most_often_is_seen_at_its_place(text: str, topic: str, quoted: str) -> None:
    """Each kind of slip has its topic, and its offsets delimit exactly the words in question."""
    assert (topic, quoted) in {(one.topic, text[one.start : one.end]) for one in slips_in(text)}


@pytest.mark.parametrize("text", RIGHT)
def test_right_sentences_are_left_alone(text: str) -> None:
    """What only looks like a slip is not reported."""
    assert not [(one.rule, text[one.start : one.end]) for one in slips_in(text)]


def test_agreement_is_not_told_of_a_pronoun_that_the_verb_does_not_follow() -> None:
    """In *sleep it you go*, the subject of *go* is *you*."""
    for text in ("If you do not sleep it you go to school tired.", "It you go there, it is good."):
        assert "verb_agreement" not in {found.topic for found in slips_in(text)}


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        ("I like my school, it is very big.", True),
        ("In my opinion, always chase your dreams, it may not be easy.", True),
        ("The food, is so good because it looks good.", True),
        ("What would you do to spend time outdoors.", True),
        ("Others believe, that it is better.", True),
        ("When I came home, it was dark.", False),
        ("Of course, it is hard, but we try.", False),
        ("If we fail and try again, we can succeed.", False),
    ],
)
def test_what_is_hardly_one_sentence_is_a_doubt(text: str, doubted: bool) -> None:
    """Clauses joined only by a comma, or a lost question mark, are no example of good writing."""
    assert doubted is any(found.doubt for tree in trees([text]) for found in slips_of(tree))


def test_a_suggestion_stands_in_the_place_of_the_slip() -> None:
    """Put there, it makes the sentence right."""
    text = "She go to school."
    found = slips_in(text)[0]
    assert text[: found.start] + "She " + found.suggestion + text[found.end :] == "She goes to school."


def test_offsets_hold_beside_what_a_parser_cannot_read() -> None:
    """Lone surrogates and giant tokens before a slip do not move it."""
    text = "\ud800 " + "x" * 350 + " and so on. She go home."
    assert "She go" in {text[one.start : one.end] for one in slips_in(text)}
