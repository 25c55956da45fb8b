"""Texts for padding tricked essays: two sets of the same kinds.

The first was used while the judge was made. The second is only for measuring, and nothing was improved with it in view.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Padding:
    """Words that fit any essay; ``{task}`` stands for the name of the assignment."""

    fillers: tuple[str, ...]
    introduction: str
    conclusion: str
    story: str
    about_the_task: tuple[str, ...]
    outcries: tuple[str, ...]
    quotations: tuple[str, ...]
    around_keywords: tuple[str, ...]


def _lines(block: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in block.strip().splitlines())


LOOKED_AT: Final = Padding(
    fillers=_lines("""
        Everybody knows that life is not always easy.
        There are two sides to every coin, and this is no exception.
        People have argued about such questions since the beginning of time.
        We should always keep an open mind and listen to what other people have to say.
        It is often said that experience is the best teacher.
        In the world that we live in, everything changes very quickly.
        Some people will agree with this, while others will have a different opinion.
        At the end of the day, everyone has to make their own choices.
        We all want to be happy and to live a good life with our family and friends.
        Hard work and dedication are the key to everything that is worth having.
        This is something that many young people have to deal with every day.
        If we do not try, we will never know what could have happened.
        My parents have always told me to follow my dreams and never give up.
        Nobody is perfect, and all of us make mistakes from time to time.
        That is why it is so important to think carefully before making a decision.
        With the right attitude you can achieve anything you want.
    """),
    introduction=(
        "Since the dawn of time, human beings have asked themselves important questions. One of the most discussed "
        "questions of our time is that of {task}. While some people are in favour of it, others are strongly against "
        "it. In the following paragraphs I am going to look at both sides, and then I will give my own opinion."
    ),
    conclusion=(
        "To sum up, there are many good arguments on both sides. Taking everything into account, I firmly believe "
        "that everyone should decide for themselves. Only time will tell what the future will bring, but one thing "
        "is certain: {task} will remain a subject that people care about for many years to come."
    ),
    story=(
        "I remember one day when I was ten years old. My grandmother took me by the hand and told me something that I "
        "will never forget. She said that every person has a gift, but that only those who are brave will find it. At "
        "that time I did not understand what she meant. Years later, when I was going through a difficult time, I "
        "thought about her words again. I got up, I dried my tears, and I kept going until I reached my goal. Today I "
        "am thankful for that lesson, because it made me the person that I am."
    ),
    about_the_task=_lines("""
        The question of {task} is one that many people ask themselves.
        When we talk about {task}, we talk about something that matters to all of us.
        {task} is a topic that has been discussed for a long time.
        It is not easy to say what is right when it comes to {task}.
        In my opinion {task} is very important in our lives.
        This shows how much there is to say about {task}.
    """),
    outcries=_lines("""
        Is this not what we all want?
        Think about it!
        Who could possibly disagree with that?
        What would the world be like without it?
        This has to stop!
        How can anybody not see this?
        Can you imagine how that feels?
        It is simply amazing!
    """),
    quotations=_lines("""
        As Albert Einstein once said, "In the middle of difficulty lies opportunity."
        Nelson Mandela said, "It always seems impossible until it is done."
        As the saying goes, "Rome was not built in a day."
        Gandhi told us, "Be the change that you wish to see in the world."
        As Confucius said, "It does not matter how slowly you go as long as you do not stop."
        Martin Luther King said, "The time is always right to do what is right."
    """),
    around_keywords=_lines("""
        The {0} of {1} depends on the {2} and the {3}.
        Without {0} there is no {1}, and without {2} there is no {3}.
        It is because of {0} and {1} that we need {2} and {3}.
        Every {0} has a {1}, as every {2} has a {3}.
        When {0} meets {1}, then {2} becomes {3}.
    """),
)

HELD_BACK: Final = Padding(
    fillers=_lines("""
        As we all know, nothing in this world comes for free.
        Opinions on this differ greatly from one person to another.
        Throughout history, mankind has always looked for answers.
        You never know what tomorrow will bring.
        According to a recent study, eighty percent of all people feel the same way.
        It goes without saying that this has both advantages and disadvantages.
        Sometimes we have to fall before we can learn how to stand up.
        Our society would be a better place if everyone did their part.
        A person who believes in himself can move mountains.
        There is always a light at the end of the tunnel.
        Teachers, parents and friends can help us to find the right way.
        What seems hard today may look easy when we are older.
        We live only once, so we should enjoy each and every moment.
        In some cases this may be true, but in other cases it is not.
        Great things never come from staying inside your comfort zone.
        This can have a positive or a negative effect on the people around us.
    """),
    introduction=(
        "Nowadays, in our fast-moving and modern world, people talk more and more about {task}. It is a controversial "
        "matter on which experts and ordinary citizens alike hold very different views. There are convincing reasons "
        "on either side of the debate. This text will weigh them against each other before it comes to a final verdict."
    ),
    conclusion=(
        "All things considered, it can be said that {task} has its bright and its dark sides. As the paragraphs above "
        "have made clear, there is no simple answer. Nevertheless, I am convinced that with patience, respect and "
        "common sense we can find the best solution. After all, the future lies in our own hands."
    ),
    story=(
        "Let me tell you about a boy who lived next door to us. He was poor, he was shy, and nobody at all believed in "
        "him. Every morning he got up before the sun and walked five miles along a dusty road. People laughed at him, "
        "but he only smiled and went on. Ten years passed, and one evening I saw his face on television. He had become "
        "a famous doctor who saved hundreds of lives. Since that evening I have known that nothing is impossible."
    ),
    about_the_task=_lines("""
        There has always been a great deal of debate around {task}.
        {task} plays a big role in the life of every student.
        Nobody can deny that {task} is something we should care about.
        I have often thought about {task}, and I have come to a clear view.
        If we want to understand {task}, we must look at it closely.
        People who know about {task} will understand what I mean.
    """),
    outcries=_lines("""
        Would you not do the same?
        What are we waiting for?
        Never forget that!
        Isn't it obvious?
        Why should anyone accept this?
        Just look around you!
        What a wonderful thing that would be!
        Do you see my point?
    """),
    quotations=_lines("""
        As Winston Churchill put it, "Attitude is a little thing that makes a big difference."
        Walt Disney said, "If you can dream it, you can do it."
        As an old proverb says, "Where there is a will, there is a way."
        Henry Ford once said, "Whether you think you can or you think you cannot, you are right."
        Steve Jobs told us, "Stay hungry, stay foolish."
        As Mark Twain wrote, "The secret of getting ahead is getting started."
    """),
    around_keywords=_lines("""
        {0} and {1} are the reason for {2}, but {3} is not.
        The more {0} we have, the more {1} there is in our {2} and our {3}.
        A {0} is always better than a {1} when the {2} has no {3}.
        My {0} told me that {1} is like {2} for the {3}.
        First comes {0}, then comes {1}, and {2} is the end of {3}.
    """),
)

SYNONYMS: Final = dict(
    line.split()
    for line in _lines("""
        use utilize
        used utilized
        using utilizing
        help facilitate
        helps facilitates
        people individuals
        many innumerable
        good advantageous
        bad detrimental
        big substantial
        important paramount
        think contemplate
        show demonstrate
        shows demonstrates
        need necessitate
        want aspire
        get acquire
        make fabricate
        start commence
        begin commence
        end terminate
        try endeavour
        work labour
        job occupation
        problem predicament
        problems predicaments
        idea conceptualization
        ideas conceptualizations
        hard arduous
        easy effortless
        happy ecstatic
        sad melancholic
        friends acquaintances
        friend acquaintance
        kids adolescents
        children progeny
        student pupil
        students pupils
        school academy
        teacher pedagogue
        teachers pedagogues
        learn assimilate
        learning assimilation
        life existence
        time duration
        way methodology
        things phenomena
        thing phenomenon
        new unprecedented
        old antiquated
        very exceedingly
        also additionally
        because inasmuch
        different heterogeneous
        goal aspiration
        goals aspirations
        better preferable
        give bestow
        find ascertain
        understand comprehend
        change transformation
        live reside
        house residence
        money remuneration
        best quintessential
    """)
)
"""Common words, and long words that replace them, whether they fit or not."""

NEARLY_THE_SAME: Final = dict(
    line.split("=")
    for line in _lines("""
        many=a lot of
        important=really important
        because=since
        people=persons
        think=believe
        also=too
        very=so
        need=have to have
        can=may
        get=receive
        help=support
        good=great
        bad=not good
        want=would like
        start=begin
        like=enjoy
        but=yet
        should=ought to
        will=are going to
        students=pupils
        is=is really
    """)
)
"""Words, and others that can usually replace them when a sentence is repeated."""
