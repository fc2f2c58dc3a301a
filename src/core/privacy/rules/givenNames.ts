/** Common given names of speakers of English, French and Arabic in Latin letters, without accents. */
const latin = `
Aaron Abdallah Abdel Abdul Abdullah Abigail Adam Adele Adrian Adrien Agathe Agnes Ahmad Ahmed Aicha Aisha Alain Alan
Albert Alejandro Alex Alexander Alexandra Alexandre Alexis Ali Alice Alicia Alina Aline Alison Amanda Amandine Amelia
Amelie Amina Amine Amir Amy Anais Ana Andre Andrea Andrew Angela Anita Ann Anna Anne Annie Anthony Antoine Antonio
Ariane Armand Arnaud Arthur Ashley Audrey Aurelie Austin Axel Aziz Baptiste Barbara Beatrice Benedicte Benjamin Benoit
Bernadette Bernard Bertrand Beth Betty Bilal Bob Bradley Brandon Brenda Brian Brigitte Bruce Bruno Camille Carl Carla
Carlos Carmen Carol Carole Caroline Catherine Cecile Celine Chantal Charlene Charles Charlotte Cheryl Chloe Chris
Christelle Christian Christina Christine Christophe Christopher Claire Clara Claude Clement Colette Connor Corinne
Craig Crystal Cynthia Cyril Damien Daniel Daniela Danielle David Deborah Delphine Denis Denise Dennis Derek Diana Diane
Didier Diego Dolores Dominique Donald Donna Doris Dorothy Douglas Dylan Edith Edouard Eduardo Edward Eileen Elena
Eleanor Eliane Elisabeth Elise Elizabeth Ella Ellen Elodie Emily Emma Emmanuel Emmanuelle Enzo Eric Erica Estelle
Esther Ethan Etienne Eugene Evelyn Fabien Fabrice Farid Fatima Fatma Felix Fernando Florence Florian Frances Francesca
Francis Francisco Francois Francoise Frank Franck Fred Frederic Gabriel Gabrielle Gary Genevieve Geoffrey George
Georges Gerald Gerard Germaine Ghislaine Gilbert Gilles Giovanni Gisele Gloria Gordon Gregory Guillaume Guy Hamza
Hannah Harold Harry Hassan Heather Helen Helena Helene Henri Henriette Henry Herve Hicham Howard Hubert Hugo Hussein
Ibrahim Ines Irene Isaac Isabel Isabelle Isabella Ismail Jack Jackson Jacob Jacqueline Jacques Jamal James Jamila Jane
Janet Janice Jason Javier Jean Jeanne Jeannine Jeffrey Jennifer Jeremy Jerome Jessica Jesus Joan Joanna Joel Johan John
Johnny Jonathan Jorge Jose Joseph Josephine Josette Joshua Joyce Juan Judith Judy Julia Julian Julie Julien Juliette
Justin Justine Karen Karim Karine Karl Kate Katherine Kathleen Kathryn Kathy Katie Keith Kelly Kenneth Kevin Khadija
Khaled Khalid Kimberly Kyle Laetitia Larry Latifa Laura Laure Laurence Laurent Lea Leila Leo Leon Leonard Leslie Liam
Lila Lillian Linda Lionel Lisa Loic Lois Lorraine Louis Louise Luc Lucas Lucia Lucie Lucien Luis Luke Lydia Lynn
Madeleine Magali Malik Manuel Marc Marcel Marcelle Margaret Marguerite Maria Mariam Marie Marilyn Marina Marine Mario
Marion Marjorie Marianne Mark Martha Martin Martine Marvin Mary Maryam Mathieu Mathilde Matthew Matthias Maurice Max
Maxime Megan Melanie Melissa Mia Michael Michel Michele Micheline Michelle Miguel Mireille Mohamed Mohammad Mohammed
Monica Monique Mourad Muhammad Mustafa Mustapha Myriam Nabil Nadia Nadine Nancy Natalia Natalie Nathalie Nathan Nicholas
Nicole Nicolas Nina Noah Noemie Nora Norman Odette Olga Oliver Olivia Olivier Omar Oscar Pamela Pascal Pascale Patricia
Patrick Paul Paula Paulette Pauline Pedro Penelope Peter Philip Philippe Phyllis Pierre Quentin Rachel Rachid Ralph
Randy Raphael Raymond Rebecca Regine Renee Ricardo Richard Rita Robert Roberto Robin Roger Roland Romain Ronald Rosa
Rosemary Roy Russell Ruth Ryan Sabine Sabrina Said Salim Salma Sam Samantha Samir Samira Samuel Sandra Sandrine Sara
Sarah Scott Sean Sebastien Serge Sergio Sharon Shirley Simon Simone Sofia Solange Sonia Sophia Sophie Stanley Stefan
Stephane Stephanie Stephen Steve Steven Susan Suzanne Sylvain Sylvie Tamara Tanya Tariq Teresa Terry Theo Theodore
Theresa Therese Thibault Thierry Thomas Tiffany Timothy Tina Todd Tom Tony Tracy Tyler Valentin Valentina Valerie
Vanessa Veronique Veronica Vincent Virginie Viviane Walter Wanda Wayne Wendy Wesley William Xavier Yann Yannick Yasmine
Youssef Yusuf Yves Yvette Yvonne Zachary Zainab Zineb Zoe`;

/** The same in Arabic letters, folded. */
const arabic = `
محمد احمد محمود علي حسن حسين عمر عثمان خالد سعيد سعد سالم سامي سمير سلمان سليمان ابراهيم اسماعيل يوسف يونس ادم عيسي موسي
هارون داود زكريا يحيي ايوب مصطفي طارق طلال فهد فيصل فارس فادي فؤاد فريد كريم كمال كامل جمال جميل جابر جاسم جعفر حامد حمد
حمزه حاتم حازم حسام حمدان رامي رائد راشد رشيد رياض ربيع زياد زيد زين شادي شريف صالح صلاح ضياء طه عادل عامر عباس عبدالله
عبدالرحمن عبدالعزيز عبدالكريم عبد عدنان عصام عماد عمار غازي غسان قاسم ماجد مازن مالك ماهر مجدي محسن مراد مروان معاذ منير
منصور مهدي نادر ناصر نبيل نزار نعيم نواف هاني هشام هيثم وائل وليد ياسر ياسين بدر بسام بلال بكر باسم تامر ثامر ايمن ايهاب
اشرف اكرم امين امير انس انور اسامه اسعد بندر تركي مشعل سلطان
فاطمه عائشه خديجه مريم زينب امنه اسماء امل اميره اماني ايمان ايناس بثينه بسمه تهاني ثريا جميله حنان حليمه حياه داليا
دعاء دلال دينا رانيا رحمه رشا رغد رنا ريم ريهام زهراء زهره ساره سعاد سلمي سميره سميه سناء سهام سهير شيماء صفاء صفيه ضحي
عبير عفاف عليا غاده فاتن فريده كوثر لبني لطيفه ليلي لينا ماجده مديحه مروه مني منال مها ميساء نادين ناديه نجلاء نجوي نور
نورا نوره نوال هاله هبه هدي هند هناء وفاء ياسمين يسري سلوي رقيه حفصه لمياء`;

const wordsOf = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

export const latinGivenNames = wordsOf(latin);
export const arabicGivenNames = wordsOf(arabic.replaceAll("ؤ", "و").replaceAll("ئ", "ي"));
