//! What is typed on the command line, declared once.

mod voices;

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};
use redub_core::{Gender, Language};
use redub_speech::voices::Voice;
use redub_translate::bench::Pair;

use crate::server_settings::ServerFlags;

pub use voices::VoicesCommand;

/// Dubs talking videos into other languages on your own machine: hears who says what, translates it, speaks it in
/// matching voices, fits it to the picture and moves the mouths.
#[derive(Debug, Parser)]
#[command(name = "redub", version, propagate_version = true)]
pub struct Args {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// Print results only.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Print what the engines do; twice for more.
    #[arg(long, short, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Global {
    /// Folder of the models [env: REDUB_MODELS_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    pub models_dir: Option<PathBuf>,
    /// Folder of stored results, which make a second run fast [env: REDUB_CACHE_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Threads all engines together may use [env: REDUB_THREADS]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// Settings file [default: redub.toml here, then in the user's configuration folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Dub a video (or a sound file) into one or more languages.
    Translate(Box<TranslateArgs>),
    /// Check a glossary, or find terms for one.
    #[command(subcommand)]
    Glossary(GlossaryCommand),
    /// Measure the engines on this machine.
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Move the lips of a video to a finished dub: nothing is translated or spoken.
    Lipsync(Box<LipsyncArgs>),
    /// List, fetch and check the models.
    #[command(subcommand)]
    Models(ModelsCommand),
    /// List the languages that can be heard, translated and spoken with what is installed.
    Languages {
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Print a Markdown table with figures and licences.
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
    },
    /// List the voices, show one, hear one.
    #[command(subcommand)]
    Voices(VoicesCommand),
    /// Check that everything needed is there: programs, models, disk, processors.
    Doctor {
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Also check every model file's hash (reads all of them).
        #[arg(long)]
        hashes: bool,
    },
    /// Show the quality report of a finished run.
    Report {
        /// Output folder of a `translate` run.
        dir: PathBuf,
        /// Print report.json.
        #[arg(long)]
        json: bool,
    },
    /// Serve the HTTP API (HeyGen's v3 video translation, and more).
    Serve {
        /// What runs in this process: the API and its workers, or the API alone.
        #[arg(long, value_enum, default_value = "all")]
        role: RoleArg,
        /// Settings.
        #[command(flatten)]
        server: Box<ServerFlags>,
    },
    /// Work on the jobs of a server that runs with `--role api` on the same data folder.
    Worker(Box<ServerFlags>),
    /// Make, list and revoke API keys of the server.
    Keys {
        /// Folder of the server's data [env: REDUB_DATA_DIR]
        #[arg(long, value_name = "DIR", global = true)]
        data_dir: Option<PathBuf>,
        /// What to do.
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Show why the mouths of a finished run look as they do.
    Inspect {
        /// Output folder of a run, or the video that was dubbed.
        target: PathBuf,
        /// Frames of the contact sheet, spread over what was drawn.
        #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=200))]
        frames: u16,
        /// Show the frames at these times of the output instead (seconds, with commas between them).
        #[arg(long, value_name = "SECONDS", value_delimiter = ',', value_parser = seconds)]
        at: Vec<f64>,
        /// Only the output in this language.
        #[arg(long, value_name = "LANG")]
        language: Option<Language>,
        /// Folder for the pages [default: the run's]
        #[arg(long, short, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// Show what is stored of earlier runs, and make room.
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Show every setting and where it comes from.
    Config {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Command {
    /// The server's flags, where the command has them.
    pub fn server_flags(&self) -> ServerFlags {
        match self {
            Self::Serve { server, .. } | Self::Worker(server) => ServerFlags::clone(server),
            Self::Keys { data_dir, .. } => {
                ServerFlags { data_dir: data_dir.clone(), ..ServerFlags::default() }
            }
            _ => ServerFlags::default(),
        }
    }
}

/// What runs in a server's process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// The API and its workers.
    All,
    /// The API alone.
    Api,
}

/// `redub keys`.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key and print it, once.
    Create {
        /// What to call it.
        name: String,
    },
    /// List the keys.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// End a key; what was made with it stays.
    Revoke {
        /// Its id or name.
        key: String,
    },
}

/// Draft or final delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    /// Quick draft.
    Speed,
    /// Final delivery.
    Precision,
}

impl From<ModeArg> for redub_translate::Mode {
    fn from(mode: ModeArg) -> Self {
        if mode == ModeArg::Speed { Self::Speed } else { Self::Precision }
    }
}

/// How people are addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RegisterArg {
    /// usted, vous, Lei.
    Formal,
    /// tú, tu, tu.
    Informal,
}

/// Whether something is done that takes time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum WhenArg {
    /// For final delivery.
    #[default]
    Auto,
    /// In drafts too.
    Always,
    /// Not at all.
    Never,
}

/// What translates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TranslatorArg {
    /// The installed engines and, in precision mode, the language model of the set llm where it is installed and better.
    #[default]
    Local,
    /// The installed engines alone.
    Engines,
    /// A language model on this machine, on top of the installed engines.
    Llm,
    /// A language model behind an OpenAI-compatible address, on top of the installed engines.
    Openai,
}

/// What a language model makes of the engines' drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DraftsArg {
    /// It edits them.
    Shown,
    /// It translates by itself; they only witness what it says.
    Kept,
    /// It is shown the Portuguese through which the engines go from English.
    Pivot,
}

/// A speaker's gender, typed as S1=female.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeakerGender(pub String, pub Gender);

impl std::str::FromStr for SpeakerGender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("'{text}' is no speaker with a gender, such as S1=female");
        let (speaker, gender) = text.split_once('=').ok_or_else(wrong)?;
        let gender = match gender.trim().to_lowercase().as_str() {
            "female" | "f" => Gender::Female,
            "male" | "m" => Gender::Male,
            _ => return Err(wrong()),
        };
        let speaker = speaker.trim().to_uppercase();
        if speaker.is_empty() { Err(wrong()) } else { Ok(Self(speaker, gender)) }
    }
}

/// Options of everything that translates.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TranslationArgs {
    /// How people are addressed [default: as the engine does it]
    #[arg(long, value_enum, value_name = "REGISTER", help_heading = "Translation")]
    pub register: Option<RegisterArg>,
    /// Terms with their translations, and terms that stay: a TOML or CSV file.
    #[arg(long, value_name = "FILE", help_heading = "Translation")]
    pub glossary: Option<PathBuf>,
    /// Gender of a speaker, where the voice does not tell it or tells it wrong.
    #[arg(long, value_name = "SPEAKER=GENDER", value_delimiter = ',', help_heading = "Translation")]
    pub gender: Vec<SpeakerGender>,
    /// What translates.
    #[arg(long, value_enum, default_value = "local", help_heading = "Translation")]
    pub translator: TranslatorArg,
    /// Language model of --translator llm: a GGUF file [default: the one that 'redub models pull llm' brings]
    #[arg(long, value_name = "FILE", help_heading = "Translation")]
    pub llm_model: Option<PathBuf>,
    /// Whether a language model is shown the engines' drafts or translates by itself [default: what was measured to be better]
    #[arg(long, value_enum, value_name = "DRAFTS", help_heading = "Translation")]
    pub drafts: Option<DraftsArg>,
    /// Address of the language model's server, with the version; a key is taken from REDUB_OPENAI_API_KEY or
    /// OPENAI_API_KEY [env: REDUB_OPENAI_BASE_URL]
    #[arg(long, value_name = "URL", help_heading = "Translation")]
    pub base_url: Option<String>,
    /// Name of the language model [env: REDUB_OPENAI_MODEL]
    #[arg(long, value_name = "NAME", help_heading = "Translation")]
    pub model: Option<String>,
}

/// `redub glossary`.
#[derive(Debug, Subcommand)]
pub enum GlossaryCommand {
    /// Read a glossary and say what contradicts itself in it.
    Check {
        /// TOML or CSV file.
        file: PathBuf,
    },
    /// Print terms of a transcript as a glossary to fill in: names (kept) and repeated terms (to be translated).
    Candidates {
        /// Captions in the source's language (SRT or VTT), the report.json of a run, or plain text.
        file: PathBuf,
        /// Glossary whose terms are left out.
        #[arg(long, value_name = "FILE")]
        glossary: Option<PathBuf>,
        /// Print JSON instead of CSV.
        #[arg(long)]
        json: bool,
    },
}

/// `redub bench`.
#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Translate references: chrF, register, gender, words per second.
    Translation(Box<BenchTranslationArgs>),
}

/// `redub bench translation`.
#[derive(Debug, clap::Args)]
pub struct BenchTranslationArgs {
    /// Folder with ntrex/ and cocoa/.
    #[arg(long, value_name = "DIR")]
    pub references: PathBuf,
    /// Pairs of languages, such as en-es,en-pt-PT,fr-en.
    #[arg(long, required = true, value_name = "PAIRS", value_delimiter = ',')]
    pub pairs: Vec<Pair>,
    /// Lines of each set, at most.
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u16).range(1..))]
    pub lines: u16,
    /// Quick draft or final delivery.
    #[arg(long, value_enum, default_value = "speed")]
    pub mode: ModeArg,
    /// Options of the translation.
    #[command(flatten)]
    pub translation: TranslationArgs,
    /// Give each line the time that its source takes at so many words a minute (0: as the source language's voice says it),
    /// and measure how many translations keep within it.
    #[arg(long, value_name = "WORDS", conflicts_with = "strategies", value_parser = clap::value_parser!(u16).range(0..=400))]
    pub budgets: Option<u16>,
    /// Seconds of pause behind each line that it may use.
    #[arg(long, value_name = "SECONDS", default_value = "0", requires = "budgets")]
    pub pause: f64,
    /// Measure what the language model adds: alone, shown the drafts, judged by them.
    #[arg(long)]
    pub strategies: bool,
    /// Write sources and translations into this folder.
    #[arg(long, value_name = "DIR")]
    pub texts: Option<PathBuf>,
    /// Print JSON instead of a Markdown table.
    #[arg(long)]
    pub json: bool,
}

/// What a caption file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SrtRoleArg {
    /// The transcript, in the source's language.
    Input,
    /// The text to speak, in the target language.
    Output,
}

/// Options of translating and speaking, which a finished dub leaves nothing to do for.
const NOT_WITH_OWN_DUB: [&str; 18] = [
    "srt",
    "translate_audio_only",
    "from",
    "speaker_num",
    "disable_music_track",
    "enhance_speech",
    "stock_voice",
    "fit_voices",
    "register",
    "glossary",
    "gender",
    "translator",
    "llm_model",
    "drafts",
    "base_url",
    "model",
    "voice",
    "lexicon",
];

/// Languages written with commas between them.
#[derive(Debug, Clone)]
pub struct Languages(Vec<Language>);

impl std::str::FromStr for Languages {
    type Err = redub_core::UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Language::list(text).map(Self)
    }
}

impl TranslateArgs {
    /// The languages to dub into, each once, in the order given.
    pub fn targets(&self) -> Vec<Language> {
        let mut targets: Vec<Language> = Vec::new();
        for language in self.to.iter().flat_map(|list| &list.0) {
            if !targets.contains(language) {
                targets.push(language.clone());
            }
        }
        targets
    }
}

/// `redub translate`.
#[derive(Debug, clap::Args)]
pub struct TranslateArgs {
    /// A media file or an http(s) URL.
    pub input: String,
    /// Languages to dub into, by tag or English name, separated by commas.
    #[arg(long, required = true, value_name = "LANG")]
    pub to: Vec<Languages>,
    /// Quick draft or final delivery.
    #[arg(long, value_enum, default_value = "speed")]
    pub mode: ModeArg,
    /// Language spoken in the source [default: heard]
    #[arg(long, value_name = "LANG")]
    pub from: Option<Language>,
    /// Hint: how many people speak.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=10))]
    pub speaker_num: Option<u8>,
    /// Dub the sound and leave the picture as it is.
    #[arg(long)]
    pub translate_audio_only: bool,
    /// Write SRT and VTT files and put a caption track into the video.
    #[arg(long)]
    pub captions: bool,
    /// Draw the captions into the picture.
    #[arg(long)]
    pub burn_captions: bool,
    /// Keep the source's length exactly: never slow the picture for a long line.
    #[arg(long)]
    pub no_dynamic_duration: bool,
    /// Leave music and effects out.
    #[arg(long)]
    pub disable_music_track: bool,
    /// Hear the speech without its background, and keep a background that is mere noise out of the result.
    #[arg(long)]
    pub enhance_speech: bool,
    /// Keep the source's container and the codecs of picture and sound, where an encoder for them exists.
    #[arg(long)]
    pub keep_the_same_format: bool,
    /// Dub from here on, in seconds; the result holds this part only.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub start: Option<f64>,
    /// Dub up to here, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub end: Option<f64>,
    /// Captions to use instead of listening or translating; see --srt-role.
    #[arg(long, value_name = "FILE", requires = "srt_role")]
    pub srt: Option<PathBuf>,
    /// What the captions stand for.
    #[arg(long, value_enum, requires = "srt")]
    pub srt_role: Option<SrtRoleArg>,
    /// A finished dub: nothing is translated or spoken, only the lips are moved to it.
    #[arg(long, value_name = "FILE", conflicts_with_all = NOT_WITH_OWN_DUB)]
    pub audio: Option<PathBuf>,
    /// Use stock voices as they are; with a name, that voice for everybody.
    #[arg(long, value_name = "VOICE", num_args = 0..=1, require_equals = true)]
    pub stock_voice: Option<Option<String>>,
    /// Fit voices to their speakers, from how they sound in the source: 45 seconds for each on two cores, once for all languages.
    /// `auto` does in precision mode.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, conflicts_with = "stock_voice")]
    pub fit_voices: WhenArg,
    /// Draw a visible mark into the picture that says how it was made.
    #[arg(long)]
    pub watermark: bool,
    /// The voice of one speaker as the report numbers them, by name (also one that `redub voices learn` keeps) or as a mixture:
    /// S1=em_alex; may be repeated.
    #[arg(long, value_name = "SPEAKER=VOICE", value_parser = speaker_voice, conflicts_with = "stock_voice")]
    pub voice: Vec<(String, Voice)>,
    /// How words are pronounced that the voices would read wrongly: lines such as `Nguyen = win`, or `GIF = /ʤif/` in
    /// IPA; see docs/guide.
    #[arg(long, value_name = "FILE")]
    pub lexicon: Option<PathBuf>,
    /// Keep the original sound as a second track.
    #[arg(long)]
    pub extra_audio_track: bool,
    /// Options of the translation.
    #[command(flatten)]
    pub translation: TranslationArgs,
    /// Folder for the results [default: the input's name without its ending, with -redub]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Print report.json when done.
    #[arg(long)]
    pub json: bool,
    /// Show the stages, the models, the time and the disk space needed, and stop.
    #[arg(long)]
    pub dry_run: bool,
}

/// `redub lipsync`.
#[derive(Debug, clap::Args)]
pub struct LipsyncArgs {
    /// A video file or an http(s) URL.
    pub input: String,
    /// The dub: a sound file, or a video whose sound is taken.
    #[arg(long, value_name = "FILE")]
    pub audio: PathBuf,
    /// Language of the dub [default: heard]
    #[arg(long, value_name = "LANG")]
    pub language: Option<Language>,
    /// Quick draft or final delivery.
    #[arg(long, value_enum, default_value = "precision")]
    pub mode: ModeArg,
    /// Write SRT and VTT files of what is said in the dub and put a caption track into the video.
    #[arg(long)]
    pub captions: bool,
    /// Keep the source's container and the codecs of picture and sound, where an encoder for them exists.
    #[arg(long)]
    pub keep_the_same_format: bool,
    /// Use the video from here on, in seconds; the dub begins here.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub start: Option<f64>,
    /// Use the video up to here, in seconds.
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub end: Option<f64>,
    /// Keep the original sound as a second track.
    #[arg(long)]
    pub extra_audio_track: bool,
    /// Folder for the results [default: the input's name without its ending, with -redub]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Print report.json when done.
    #[arg(long)]
    pub json: bool,
    /// Show the stages, the models, the time and the disk space needed, and stop.
    #[arg(long)]
    pub dry_run: bool,
}

/// `redub models`.
#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// List the catalogue with sizes, licences and what is installed.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Fetch models: the default set, or those named.
    Pull {
        /// Names in the catalogue, or of a set: llm (a local language model) [default: the default set]
        names: Vec<String>,
        /// Take files from this folder first (for machines without a network) [env: REDUB_MODELS_MIRROR]
        #[arg(long, value_name = "DIR")]
        mirror: Option<PathBuf>,
        /// Fetch again what is already there.
        #[arg(long)]
        force: bool,
    },
    /// Check every file's hash.
    Verify {
        /// Names in the catalogue [default: all that are installed]
        names: Vec<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the folder of the models, or of one model.
    Path {
        /// Name in the catalogue.
        name: Option<String>,
    },
    /// Copy the installed models into a folder that other machines can pull from with --mirror.
    Export {
        /// The folder.
        dir: PathBuf,
    },
}

fn speaker_voice(text: &str) -> Result<(String, Voice), String> {
    let (speaker, voice) = text.split_once('=').ok_or("expected a speaker and a voice such as S1=em_alex")?;
    let speaker = speaker.trim().to_uppercase();
    if speaker.is_empty() {
        return Err("expected a speaker before the = such as S1=em_alex".to_owned());
    }
    Ok((speaker, voice.trim().parse::<Voice>().map_err(|e| e.to_string())?))
}

/// `redub cache`.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// How much every stage has stored.
    Show {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the folder.
    Path,
    /// Remove results that were not used for long. What was used within the last six hours always stays: a run may need it.
    Prune {
        /// Those not used for this many days.
        #[arg(long, value_name = "DAYS")]
        unused_days: Option<u32>,
        /// The longest unused, until the rest is no larger than this (10⁹ bytes).
        #[arg(long, value_name = "GB", value_parser = gigabytes)]
        max_gb: Option<f64>,
        /// Only tell what would go.
        #[arg(long)]
        dry_run: bool,
    },
    /// Remove everything. Not while a video is being dubbed.
    Clear,
}

fn seconds(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| "expected seconds such as 12.5".to_owned())?;
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err("expected seconds from 0 up".to_owned()) }
}

fn gigabytes(text: &str) -> Result<f64, String> {
    seconds(text).map_err(|_| "expected gigabytes such as 20 or 0.5".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_declaration_is_sound() {
        super::Args::command().debug_assert();
    }
}
